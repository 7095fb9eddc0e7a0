from django.urls import path

from . import views

app_name = "command"
urlpatterns = [
    path("", views.board, name="board"),
    path("live/", views.live, name="live"),
]
