from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlantConfig(AppConfig):
    name = "diba.plant"
    label = "plant"
    verbose_name = _("Plant register")
