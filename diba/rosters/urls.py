from django.urls import path

from . import views

app_name = "rosters"
urlpatterns = [
    path("", views.manning, name="manning"),
    path("repair/", views.repair, name="repair"),
    path("teams/", views.teams, name="teams"),
    path("teams/<int:pk>/", views.split, name="split"),
    path("all/", views.rosters, name="list"),
    path("ask/", views.ask, name="ask"),
    path("<int:pk>/", views.roster, name="roster"),
    path("<int:pk>/live/", views.progress, name="progress"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("mine/", views.mine, name="mine"),
]
