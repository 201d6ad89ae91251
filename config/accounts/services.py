"""Who may enter the admin, and for what."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
)

CONFIGURATION_ADMINS = "Configuration admins"
TRAINERS = "Trainers"
AUDITORS = "Auditors"

ENTER = Q(content_type__app_label="wagtailadmin", codename="access_admin")
# What an admin configures; records (registry.record, submission, ...) are never among it.
DEFINITIONS = Q(
    content_type__model__in=(
        *("formdefinition", "choicelist", "fieldlibraryitem", "register"),
        *("protocol", "service"),
        *("holiday", "organization", "place", "legalact", "role", "appointment"),
    )
)
# Addresses may be secret (shelters), so auditors, who see all definitions, do not see them.
ADDRESSES = Q(
    content_type__app_label="content",
    content_type__model__in=("location", "serviceatlocation", "vulnerablegroup"),
)
PEOPLE = Q(content_type__app_label="accounts", content_type__model="user") & ~Q(
    codename__startswith="delete"
)
# A guide in another language begins as a copy of the first.
TRANSLATE = Q(content_type__app_label="simple_translation", codename="submit_translation")
# The way to publish that Wagtail makes, in its words and in those of our first language.
WAGTAILS_APPROVAL = "Moderators approval"
APPROVAL = "İnzibatçının təsdiqi"
PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILES = Q(content_type__app_label__in=("wagtailimages", "wagtaildocs")) & (
    Q(codename__startswith="add_")
    | Q(codename__startswith="change_")
    | Q(codename__startswith="choose_")
)


@transaction.atomic
def ensure_groups() -> None:
    """Make the groups that may enter /cms/, and add permissions that they lack.

    Only permissions of models that exist now can be given, so call it after `migrate`.
    """
    _give(CONFIGURATION_ADMINS, ENTER | DEFINITIONS | ADDRESSES | PEOPLE | TRANSLATE, PAGES)
    _give(TRAINERS, ENTER | TRANSLATE, ("add_page", "change_page"))
    _give(AUDITORS, ENTER | DEFINITIONS & Q(codename__startswith="view_"), ())
    _let_admins_approve()


def _let_admins_approve() -> None:
    """What trainers write waits for admins: Wagtail's own group of approvers is empty."""
    admins = Group.objects.get(name=CONFIGURATION_ADMINS)
    for task in GroupApprovalTask.objects.filter(name=WAGTAILS_APPROVAL):
        task.groups.add(admins)
        task.name = APPROVAL
        task.save()
    Workflow.objects.filter(name=WAGTAILS_APPROVAL).update(name=APPROVAL)


def _give(name: str, permissions: Q, pages: Iterable[str]) -> None:
    group = Group.objects.get_or_create(name=name)[0]
    group.permissions.add(*Permission.objects.filter(permissions))
    if not pages:
        return
    root = Page.objects.filter(depth=1).first()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=pages
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    library = Collection.get_first_root_node()
    for permission in Permission.objects.filter(FILES):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=library, permission=permission
        )
