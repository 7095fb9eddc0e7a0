from django.urls import path

from .views import post

app_name = "gates"
urlpatterns = [
    path("post/manifest.webmanifest", post.manifest, name="post_manifest"),
]
