from django.urls import path

from .views import frame, imports, manual, office, register

app_name = "plant"
urlpatterns = [
    path("", frame.home, name="home"),
    path("healthz", frame.healthz, name="healthz"),
    path("livez", frame.livez, name="livez"),
    path("search/", frame.search, name="search"),
    path("todo/", frame.todo, name="todo"),
    path("todo/<int:pk>/close/", frame.close_task, name="close_task"),
    path("inbox/", frame.inbox, name="inbox"),
    path("inbox/<int:pk>/receipt/", frame.receipt, name="receipt"),
    path("help/", frame.help_page, name="help"),
    path("help/<slug:name>/", manual.manual, name="manual"),
    path("vocabulary/", frame.vocabulary, name="vocabulary"),
    path("register/", register.overview, name="register"),
    path("register/absences/", register.absences, name="absences"),
    path("register/absences/<int:pk>/", register.absence, name="absence"),
    path("register/person/<int:pk>/", register.person, name="person"),
    path("register/import/", imports.upload, name="import"),
    path("register/import/template/", imports.template, name="import_template"),
    path("register/import/<int:pk>/", imports.review, name="import_review"),
    path("register/import/<int:pk>/refused/", imports.refused, name="import_refused"),
    path("register/import/<int:pk>/confirm/", imports.confirm, name="import_confirm"),
    path("register/import/<int:pk>/drop/", imports.drop, name="import_drop"),
    path("register/import/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("register/import/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("register/<slug:name>/", register.table, name="table"),
    path("register/<slug:name>/new/", register.edit, name="new"),
    path("register/<slug:name>/<int:pk>/", register.edit, name="edit"),
    path("register/<slug:name>/<int:pk>/delete/", register.delete, name="delete"),
    path("office/accounts/", office.accounts, name="accounts"),
    path("office/accounts/<int:pk>/close/", office.close_account, name="close_account"),
    path("office/grants/<int:pk>/end/", office.end_grant, name="end_grant"),
    path("office/record/", office.record, name="record"),
    path("office/record/verify/", office.verify, name="verify"),
]
