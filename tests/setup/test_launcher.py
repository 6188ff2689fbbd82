"""./seatrial on a machine of pretended programs: what it asks, installs, starts, leaves alone."""

from pathlib import Path

import pytest

from tests.setup.fake_machine import LOCKS, SOURCE, Machine, build

COULD_NOT = 2


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return build(tmp_path)


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """A machine on which the set-up was done before."""
    assert machine.run("status").code == 0
    return machine


def test_without_a_terminal_missing_packages_are_named_and_nothing_is_installed(
    machine: Machine,
) -> None:
    ran = machine.run("status", missing="qemu-utils tmux")
    assert ran.code == COULD_NOT
    assert "install these Debian packages:\n  qemu-utils tmux\n" in ran.output
    assert "that they depend on:\n  libdependency" in ran.output
    assert "--yes" in ran.output.splitlines()[-1]
    assert [call for call in ran.called("apt-get") if "--simulate" not in call] == []


def test_yes_installs_exactly_what_was_missing_without_fetching_lists(machine: Machine) -> None:
    ran = machine.run("--yes", "status", missing="qemu-utils tmux")
    assert ran.code == 0
    assert [call for call in ran.called("apt-get") if "--simulate" not in call] == [
        "apt-get install --yes --quiet --no-install-recommends qemu-utils tmux"
    ]


def test_lists_are_fetched_when_apt_does_not_know_a_package(machine: Machine) -> None:
    machine.pretend("apt-cache", "exit 100")
    ran = machine.run("--yes", "status", missing="tmux")
    wanted = [call.split()[1] for call in ran.called("apt-get") if "--simulate" not in call]
    assert (ran.code, wanted) == (0, ["update", "install"])


def test_no_at_the_terminal_installs_nothing_and_says_how_to_do_it_by_hand(
    machine: Machine,
) -> None:
    ran = machine.run("status", missing="tmux", answer="n")
    assert ran.code == COULD_NOT
    assert "sudo apt-get install --no-install-recommends tmux" in ran.output
    assert ran.called("apt-get") == [
        "apt-get install --simulate --no-install-recommends tmux",
    ]


def test_enter_at_the_terminal_installs(machine: Machine) -> None:
    ran = machine.run("status", missing="tmux", answer="")
    assert ran.code == 0
    assert ran.called("apt-get")[-1].endswith(" tmux")


def test_a_failed_installation_says_that_the_next_start_goes_on(machine: Machine) -> None:
    machine.pretend("apt-get", "exit 100")
    ran = machine.run("--yes", "status", missing="tmux")
    assert ran.code == COULD_NOT
    assert "goes on where it stopped" in ran.output


def test_the_first_start_makes_the_environment_from_the_lock_files(machine: Machine) -> None:
    ran = machine.run("status")
    locks = [call.rsplit("/", 1)[1] for call in ran.called("python") if " pip install " in call]
    assert locks == ["requirements.lock", "requirements-libvirt.lock"]
    assert all("--require-hashes" in call for call in ran.called("python") if " pip " in call)
    assert ran.calls[-1] == "python -m tui status"
    path_file = machine.checkout / ".venv/lib/python3.11/site-packages/seatrial.pth"
    assert path_file.read_text() == f"{machine.checkout}\n"


def test_a_later_start_says_nothing_and_installs_nothing(ready: Machine) -> None:
    ran = ready.run("grade", "8/deployments", "--step", "scale")
    assert ran.output == ""
    assert [call.split()[0] for call in ran.calls] == ["dpkg-query", "python"]
    assert ran.calls[-1] == "python -m tui grade 8/deployments --step scale"


def test_a_changed_lock_is_installed_into_the_environment_that_stands(ready: Machine) -> None:
    (ready.checkout / "requirements.lock").write_text("# newer\n")
    ran = ready.run("status")
    installed = [call.rsplit("/", 1)[1] for call in ran.calls if " pip install " in call]
    assert installed == ["requirements.lock"]
    assert ran.called("python-of-distribution") == []


def test_an_installation_that_failed_is_done_again(machine: Machine) -> None:
    python = machine.folder / "bin" / "python-of-distribution"
    works = python.read_text()
    python.write_text(works.replace("exit 0", "{ [[ $* != *libvirt* ]]; exit; }"))
    assert machine.run("status").code == COULD_NOT
    (machine.checkout / ".venv/bin/python").write_text(works)
    ran = machine.run("status")
    installed = [call.rsplit("/", 1)[1] for call in ran.calls if " pip install " in call]
    assert (ran.code, installed) == (0, ["requirements-libvirt.lock"])


def test_an_environment_that_was_being_made_is_made_anew(machine: Machine) -> None:
    (machine.checkout / ".venv/bin").mkdir(parents=True)
    (machine.checkout / ".venv/identity").write_text("")
    (machine.checkout / ".venv/half").write_text("")
    assert machine.run("status").code == 0
    assert not (machine.checkout / ".venv/half").exists()


def test_an_environment_of_another_checkout_or_python_is_made_anew(ready: Machine) -> None:
    (ready.checkout / ".venv/identity").write_text("/elsewhere /usr/bin/python3.10")
    ran = ready.run("status")
    assert ran.code == 0
    assert len(ran.called("python-of-distribution")) == 2  # its version for the message, then venv


def test_an_environment_that_seatrial_did_not_make_is_left_alone(machine: Machine) -> None:
    (machine.checkout / ".venv").mkdir()
    (machine.checkout / ".venv/precious").write_text("")
    ran = machine.run("status")
    assert ran.code == COULD_NOT
    assert "left as it is" in ran.output
    assert (machine.checkout / ".venv/precious").exists()


def test_the_demonstration_needs_neither_packages_nor_libvirt(machine: Machine) -> None:
    ran = machine.run("--demo", missing="qemu-system-x86 libvirt-daemon-system")
    assert ran.calls[-1] == "python -m tui --demo"
    assert not ran.called("dpkg-query")
    assert not any("libvirt" in call for call in ran.calls)


def test_help_is_given_before_anything_is_set_up(machine: Machine) -> None:
    ran = machine.run("--help", missing="tmux")
    assert (ran.code, ran.calls) == (0, ("python-of-distribution -m tui --help",))
    assert "--no-tmux" in ran.output


def test_test_installs_what_tests_need_and_runs_the_stages(machine: Machine) -> None:
    ran = machine.run("test", "--quick", "-k", "launcher")
    installed = [call.rsplit("/", 1)[1] for call in ran.calls if " pip install " in call]
    assert sorted(installed) == sorted(LOCKS)
    assert ran.calls[-1] == f"python {machine.checkout}/tests/stages.py --quick -k launcher"


@pytest.mark.parametrize(
    ("family", "words"),
    [('ID=fedora\nPRETTY_NAME="Fedora 43"', "Fedora 43"), ("", "Debian and Ubuntu only")],
)
def test_another_distribution_gets_an_honest_sentence_and_the_demonstration(
    machine: Machine, family: str, words: str
) -> None:
    (machine.folder / "os-release").write_text(family)
    ran = machine.part(platform_with(machine, "x86_64"))
    assert ran.code == COULD_NOT
    assert words in ran.output
    assert "--demo" in ran.output


def test_another_processor_gets_an_honest_sentence(machine: Machine) -> None:
    (machine.folder / "os-release").write_text("ID=debian")
    ran = machine.part(platform_with(machine, "aarch64"))
    assert ran.code == COULD_NOT
    assert "aarch64" in ran.output


def test_a_child_of_debian_is_accepted(machine: Machine) -> None:
    (machine.folder / "os-release").write_text('ID=linuxmint\nID_LIKE="ubuntu debian"')
    assert machine.part(platform_with(machine, "x86_64")).code == 0


def test_a_python_that_is_too_old_is_said_before_anything_is_installed(machine: Machine) -> None:
    with (machine.checkout / "setup" / "terminal.sh").open("a") as last_part:
        last_part.write("find_python() { return 1; }\n")
    ran = machine.run("--yes", "status", missing="tmux")
    assert (ran.code, ran.calls) == (COULD_NOT, ())
    assert "Python 3.11 or later" in ran.output


def platform_with(machine: Machine, processor: str) -> str:
    """Bash that looks at the pretended machine's own os-release."""
    real = SOURCE / "setup" / "platform.sh"
    return f'. "{real}"; os_release={machine.folder}/os-release HOSTTYPE={processor}; need_platform'


@pytest.mark.parametrize(("figure", "word"), [("disk", "free"), ("memory", "memory")])
def test_too_little_room_is_said_before_anything_is_installed(
    machine: Machine, figure: str, word: str
) -> None:
    ran = machine.part(
        f"python=/usr/bin/python3 assume_yes=1 least_{figure}_gib=1000000\nneed_packages",
        missing="tmux",
    )
    assert ran.code == COULD_NOT
    assert word in ran.output
    assert ran.called("apt-get") == []


def test_daemons_that_do_not_run_are_started_once_each(machine: Machine) -> None:
    ran = machine.part("daemon_runs() { [[ $1 == virtlogd ]]; }\nneed_libvirt")
    settings = machine.checkout / "setup" / "libvirtd.conf"
    assert ran.calls == (f"libvirtd --daemon --config {settings}",)


def test_where_systemd_runs_the_sockets_are_started_by_it(machine: Machine) -> None:
    ran = machine.part("systemd_runs() { return 0; }\ndaemon_answers() { return 1; }\nneed_libvirt")
    assert ran.calls == ("systemctl start libvirtd.socket virtlogd.socket",)


@pytest.mark.parametrize("before", ["", "0", "1"])
def test_machines_wait_for_every_other_program(machine: Machine, before: str) -> None:
    """The kernel makes a new group's files itself; here a folder stands for the kernel's."""
    groups = machine.folder / "cpu"
    (groups / "machine").mkdir(parents=True)
    (groups / "cpu.idle").write_text("0\n")
    if before:
        (groups / "machine" / "cpu.idle").write_text(f"{before}\n")
    real = SOURCE / "setup" / "services.sh"
    ran = machine.part(f'. "{real}"\nprocessor_groups={groups}\nneed_modest_machines')
    assert (groups / "machine" / "cpu.idle").read_text() == "1\n"
    assert ("every other program" in ran.output) == (before != "1")


def test_without_such_groups_nothing_is_done(machine: Machine) -> None:
    real = SOURCE / "setup" / "services.sh"
    ran = machine.part(f'. "{real}"\nprocessor_groups=/nowhere\nneed_modest_machines')
    assert (ran.code, ran.output) == (0, "")


@pytest.mark.parametrize(
    ("owner", "systemd", "mended"),
    [("root:root 600", 1, True), ("root:kvm 660", 1, False), ("root:root 600", 0, False)],
)
def test_the_device_that_makes_libvirt_slow_is_mended_only_where_udev_does_not(
    machine: Machine, owner: str, systemd: int, mended: bool
) -> None:
    machine.pretend("stat", f"echo {owner}")
    real = SOURCE / "setup" / "services.sh"
    ran = machine.part(
        f'. "{real}"\nkvm=/dev/null\ngrep() {{ return 0; }}\n'
        f"systemd_runs() {{ return {systemd}; }}\nneed_kvm_owner"
    )
    assert ran.calls == (("chgrp kvm /dev/null", "chmod 0660 /dev/null") if mended else ())


@pytest.mark.parametrize(
    ("arguments", "app"),
    [("", True), ("--demo", True), ("--language zh", True), ("status", False), ("--help", False)],
)
def test_only_the_app_itself_is_started_inside_tmux(
    machine: Machine, arguments: str, app: bool
) -> None:
    ran = machine.part(f"app_is_meant {arguments} && echo app || echo command")
    assert ran.output == ("app\n" if app else "command\n")


def test_at_a_terminal_the_app_starts_in_a_tmux_session_of_its_own(ready: Machine) -> None:
    ran = ready.run(answer="")
    assert ran.calls[-1].startswith(f"tmux -L seatrial -f {ready.checkout}/setup/tmux.conf")
    assert ran.calls[-1].endswith(f"{ready.checkout}/.venv/bin/python -m tui")


@pytest.mark.parametrize("option", ["--no-tmux", "--language=en"])
def test_without_tmux_or_a_terminal_the_app_starts_by_itself(ready: Machine, option: str) -> None:
    ran = ready.run(option, answer="" if option == "--no-tmux" else None)
    assert not ran.called("tmux")
    assert ran.calls[-1].startswith("python -m tui")


ANYBODY = (SOURCE / "setup" / "services.sh").read_text().replace("((EUID != 0))", "true")


def test_a_user_outside_the_groups_is_added_and_goes_on_as_a_member(machine: Machine) -> None:
    machine.pretend("id", "echo learner")
    machine.pretend("getent", ":")
    ran = machine.part(f"{ANYBODY}\nassume_yes=1\nneed_membership --yes up 1/x")
    assert ran.calls[:2] == (
        "usermod --append --groups libvirt learner",
        "usermod --append --groups kvm learner",
    )
    assert ran.calls[2].startswith("sg kvm -c exec sg libvirt -c ")
    assert "up" in ran.calls[2]


def test_a_member_goes_on_without_a_word(machine: Machine) -> None:
    machine.pretend("id", "echo learner libvirt kvm")
    machine.pretend("getent", ":")
    ran = machine.part(f"{ANYBODY}\nneed_membership up 1/x")
    assert (ran.code, ran.output, ran.calls) == (0, "", ())
