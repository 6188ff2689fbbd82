"""`seatrial image`: build, list, remove."""

from tui.command_line.parser import Options
from tui.command_line.progress_lines import progress_lines


def build(options: Options) -> int:
    """Build the recipe's image, or say that the cached one is current."""
    from cluster import image

    built = image.build(options.recipe, progress_lines())
    print(f"{built.name} · {size(built.disk.stat().st_size)} · {built.folder}")
    return 0


def show(options: Options) -> int:
    """One line per image in the cache."""
    from cluster import image

    for found in image.list_images():
        print(f"{found.name} · {size(found.disk.stat().st_size)} · {found.folder}")
    return 0


def remove(options: Options) -> int:
    """Remove one image. Raises SeatrialError when a lab uses it or it does not exist."""
    from cluster import image

    image.remove(options.image)
    print(f"removed {options.image}")
    return 0


def size(count: int) -> str:
    """Bytes as MiB or GiB."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
