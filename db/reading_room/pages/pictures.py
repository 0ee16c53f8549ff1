"""Pictures: who each picture of a text is credited to, what its file states, and whether it may be used."""

from __future__ import annotations

from starlette.responses import Response

from db.citation.work import work
from db.model.item import Item
from db.model.json_values import json_values
from db.model.picture import Picture
from db.query.pictures import pictures
from db.reading_room import answer
from db.reading_room.pages.item import archived_at, held, shows_whole
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page


def _item_with_pictures(visit: Visit) -> tuple[Item, tuple[Picture, ...]]:
    shown = held(visit, visit.part("ref"))
    # Captions are part of the text, so they are shown only where the whole text is.
    if not shows_whole(visit, shown):
        raise Problem(403, "Not shown here", "The terms do not let this room show the whole text, nor its pictures.")
    house = visit.settings
    if house.look is None:
        return shown, pictures(visit.connection, house.warcs, shown)
    found = house.look(house.catalogue, house.warcs, shown)
    if found.unread is not None:
        raise Problem(503, "Not to be read", f"The pictures of this text cannot be told: {found.unread}.")
    return shown, found.shown


def shown_pictures(visit: Visit) -> Response:
    """Return the page with the pictures of an item."""
    item, found = _item_with_pictures(visit)
    at = f"{item.edition.opened:%Y%m%d%H%M%S}"
    return answer.html(
        visit,
        "pictures.html",
        item=item,
        cited=work(item),
        pictures=[(one, archived_at(visit, one.url, at) if one.capture else None) for one in found],
        alternates=[("application/json", visit.url(f"/items/{item.edition.id}/pictures.json"), "JSON")],
        # Also made from files, which can be repaired or found again without a commit.
        dated=False,
    )


def pictures_json(visit: Visit) -> Response:
    """Return the pictures of an item as JSON."""
    item, found = _item_with_pictures(visit)
    told = {"item": item.id, "edition": item.edition.id, "pictures": json_values(found)}
    return answer.json(visit, told, dated=False)


ROUTES = (page("/items/{ref}/pictures", shown_pictures), page("/items/{ref}/pictures.json", pictures_json))
