"""HEAD is answered as GET is, without the body: watchers of the server and link checkers ask so."""


class HeadAsGet:
    """Let a view see GET when HEAD is asked; whatever sends the answer leaves its body out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        try:
            return self.get_response(request)
        finally:
            request.method = "HEAD"
