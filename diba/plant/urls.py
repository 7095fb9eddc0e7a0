from django.urls import path

app_name = "plant"
urlpatterns: list = []
