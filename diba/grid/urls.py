from django.urls import path

from . import views

app_name = "grid"
urlpatterns = [
    path("checkin/", views.checkin, name="checkin"),
    path("checkin/<int:pk>/correct/", views.correct, name="correct"),
    path("cell/", views.cell, name="cell"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/contact/", views.contact, name="contact"),
    path("contacts/<int:pk>/undo/", views.undo_contact, name="undo_contact"),
]
