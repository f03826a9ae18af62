"""The prompt of `kpi sql`, from a pipe and on a real terminal: long queries, slips, Ctrl-C, and what it remembers."""

import fcntl
import os
import pty
import select
import subprocess
import termios
import time

import pytest

from tests.flows.command import KPI, environment

ONE, TWO = "SELECT 'first' AS a;\n", "SELECT 'second' AS b;\n"


@pytest.fixture
def data(offline, tmp_path):
    """A data folder of its own with the published warehouse."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "warehouse").symlink_to(offline[0] / "warehouse")
    return folder


def piped(data, text, *arguments):
    command = [KPI, "sql", *arguments]
    return subprocess.run(
        command, input=text, env=environment(data), capture_output=True, text=True, timeout=60, check=False
    )


def _own_terminal():
    """Make the pseudo-terminal the one whose Ctrl-C reaches the process."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`kpi sql` on a pseudo-terminal."""

    def __init__(self, data):
        self.ours, theirs = pty.openpty()
        env = environment(data) | {"TERM": "dumb", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [KPI, "sql"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - this process has no other threads
        )
        os.close(theirs)

    def until(self, words):
        """What it says until it has said these words."""
        said, end = "", time.monotonic() + 60
        while words not in said:
            assert time.monotonic() < end, f"it never said {words!r}, only: {said}"
            if select.select([self.ours], [], [], 0.1)[0]:
                said += os.read(self.ours, 4096).decode()
        return said

    def interrupt(self):
        """Ctrl-C until the first prompt is back: Python shows a prompt a moment before Ctrl-C reaches it there."""
        said, end = "", time.monotonic() + 60
        while "kpi> " not in said:
            assert time.monotonic() < end, f"Ctrl-C brought no prompt, only: {said}"
            self.type("\x03")
            while select.select([self.ours], [], [], 2)[0]:
                said += os.read(self.ours, 4096).decode()

    def type(self, text):
        os.write(self.ours, text.encode())

    def leave(self):
        self.type("\x04")
        assert self.process.wait(timeout=60) == 0


@pytest.fixture
def terminal(data):
    """Opens `kpi sql` on a terminal; whatever is still open at the end is closed."""
    opened = []

    def open_one():
        opened.append(Terminal(data))
        opened[-1].until("kpi> ")
        return opened[-1]

    yield open_one
    for one in opened:
        one.process.kill()
        one.process.wait()
        os.close(one.ours)


# --- from a pipe


def test_a_query_ends_with_a_semicolon_and_may_have_many_lines(data):
    ended = piped(data, "SELECT kpi_id\nFROM core.kpi -- not here;\nWHERE kpi_id = 'tfr'\n;\n" + ONE, "--format", "csv")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "kpi_id\ntfr\na\nfirst\n", "")


def test_a_semicolon_in_a_text_does_not_end_the_query(data):
    ended = piped(data, "SELECT 'a;\nb' AS x, [1, 2] AS \"y;\";\n", "--format", "json")
    assert '"x": "a;\\nb"' in ended.stdout
    assert ended.stderr == ""


def test_the_last_query_needs_no_semicolon(data):
    assert piped(data, "SELECT 'last' AS a", "--format", "csv").stdout == "a\nlast\n"


def test_a_refused_query_is_said_in_one_line_and_the_next_one_is_answered(data):
    ended = piped(data, "SELECT nothing FROM nowhere;\nDELETE FROM core.kpi;\n" + TWO, "--format", "csv")
    assert ended.stdout == "b\nsecond\n"
    refused = ended.stderr.splitlines()
    assert [line.startswith("the query was refused: ") for line in refused] == [True, True]
    assert "nowhere" in refused[0]
    assert "read-only" in refused[1]


def test_exit_ends_it_and_a_pipe_leaves_no_history(data):
    assert piped(data, ONE + "exit\n" + TWO, "--format", "csv").stdout == "a\nfirst\n"
    assert not (data / "sql_history").exists()


# --- on a terminal


def test_it_prompts_for_each_query_and_for_each_further_line(terminal):
    prompt = terminal()
    prompt.type("SELECT 'first'\n")
    prompt.until("...> ")
    prompt.type("AS a;\n")
    answer = prompt.until("kpi> ")
    assert answer.count("first") == 1
    prompt.leave()


def test_what_was_asked_is_there_again_in_the_next_session(data, terminal):
    prompt = terminal()
    prompt.type(ONE)
    prompt.until("kpi> ")
    prompt.leave()
    assert (data / "sql_history").read_text(encoding="utf-8").splitlines()[-1] == ONE.strip()
    again = terminal()
    again.type("\x10\n")  # Ctrl-P: the line before
    assert again.until("kpi> ").count("first") == 2  # the line, and the answer
    again.leave()


def test_ctrl_c_drops_what_was_begun_and_the_prompt_is_there_again(terminal):
    prompt = terminal()
    prompt.type("SELECT oh,\n")
    prompt.until("...> ")
    prompt.interrupt()
    prompt.type(TWO)
    answer = prompt.until("kpi> ")
    assert "second" in answer
    assert "refused" not in answer
    prompt.leave()


def test_a_folder_that_cannot_be_written_costs_the_history_only(data, terminal):
    (data / "sql_history").mkdir()
    prompt = terminal()
    prompt.type(ONE)
    assert "first" in prompt.until("kpi> ")
    prompt.leave()
