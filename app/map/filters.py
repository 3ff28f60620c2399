"""What the map may be asked for: the partners' list, and a part of the world."""

from app.map.places import Window
from app.partners.filters import PartnerList


class MapQuery(PartnerList):
    """The list's own parameters (its order and page mean nothing here) and the window."""

    window: Window = Window.world
