from django.urls import path

from .views import drafts, manning, mine, teams

app_name = "rosters"
urlpatterns = [
    path("", manning.manning, name="manning"),
    path("live/", manning.live, name="manning_live"),
    path("hole/", manning.hole, name="hole"),
    path("take/", manning.take, name="take"),
    path("repair/", manning.repair, name="repair"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<int:pk>/", teams.split, name="split"),
    path("all/", drafts.rosters, name="list"),
    path("ask/", drafts.ask, name="ask"),
    path("<int:pk>/", drafts.roster, name="roster"),
    path("<int:pk>/live/", drafts.progress, name="progress"),
    path("<int:pk>/publish/", drafts.publish, name="publish"),
    path("<int:pk>/drop/", drafts.drop, name="drop"),
    path("<int:pk>/cancel/", drafts.cancel, name="cancel"),
    path("mine/", mine.mine, name="mine"),
]
