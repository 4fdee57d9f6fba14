"""The project's form renderer."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    pass
