"""The two faces of the app: a night bridge and a paper chart. Colours only; layout is in .tcss."""

from textual.theme import Theme

NIGHT = Theme(
    name="seatrial-night",
    primary="#5cc8d7",
    secondary="#7aa7d9",
    accent="#ffb454",
    foreground="#d6e2e9",
    background="#0b151d",
    surface="#0f1d28",
    panel="#162a38",
    success="#7fd18b",
    warning="#ffcf6b",
    error="#ff8577",
    dark=True,
    variables={
        "footer-key-foreground": "#ffb454",
        "footer-description-foreground": "#a9bcc8",
        "footer-background": "#0b151d",
        "border": "#2c4a5c",
        "border-blurred": "#1d3342",
        "block-cursor-background": "#1f4a5a",
        "block-cursor-foreground": "#f2fafc",
        "block-cursor-blurred-background": "#173240",
        "block-cursor-blurred-foreground": "#d6e2e9",
    },
)

CHART = Theme(
    name="seatrial-chart",
    primary="#0a6577",
    secondary="#2f5f98",
    accent="#9a4b00",
    foreground="#1c2a33",
    background="#f4f1e8",
    surface="#fbf9f3",
    panel="#e6e2d4",
    success="#1f6b33",
    warning="#7a5600",
    error="#a8281c",
    dark=False,
    variables={
        "footer-key-foreground": "#9a4b00",
        "footer-description-foreground": "#45545e",
        "footer-background": "#f4f1e8",
        "border": "#9fb0b3",
        "border-blurred": "#cfcdbf",
        "block-cursor-background": "#bfe0e4",
        "block-cursor-foreground": "#0c2027",
        "block-cursor-blurred-background": "#dbe7e4",
        "block-cursor-blurred-foreground": "#1c2a33",
    },
)
