"""Both faces of the app can be read: the contrast of every ink on every ground."""

import pytest

from tui.theme import CHART, NIGHT


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [NIGHT, CHART], ids=lambda theme: theme.name)
def test_text_stands_out_from_every_ground_of_both_faces(theme: object) -> None:
    assert theme in (NIGHT, CHART)
    face = NIGHT if theme is NIGHT else CHART
    grounds = [face.background, face.surface, face.panel]
    inks = [face.foreground, face.primary, face.accent, face.success, face.warning, face.error]
    for ground in grounds:
        for ink in [*inks, face.variables["muted"]]:
            assert ground and ink
            dark, light = sorted((luminance(ground), luminance(ink)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground}"
