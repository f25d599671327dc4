"""Completions in the shells themselves, and manual pages in the programs that read them."""
import os
import shlex
import subprocess

import pytest

import fixtures
from tintype_server import BINARY

COMMANDS = subprocess.run(
    [str(BINARY), "--help"], capture_output=True, text=True, check=True, timeout=30).stdout.split("Commands:\n")[1].split("\n\n")[0]
COMMANDS = [line.split()[0] for line in COMMANDS.splitlines()]


def script(shell, folder):
    done = subprocess.run([str(BINARY), "completions", shell], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and not done.stderr
    file = folder / ("_tintype" if shell == "zsh" else "tintype." + shell)
    file.write_text(done.stdout)
    return file


def bash(folder, *words):
    """What bash offers for the last word; what readline is asked to complete is in brackets."""
    lines = [f"source {shlex.quote(str(script('bash', folder)))}", 'compopt() { echo "[$2]"; }',
             f"COMP_WORDS=(tintype {' '.join(map(shlex.quote, words))})", f"COMP_CWORD={len(words)}", "_tintype",
             '[ ${#COMPREPLY[@]} = 0 ] || printf "%s\\n" "${COMPREPLY[@]}"']
    done = subprocess.run(["bash", "--norc", "-c", "\n".join(lines)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("words, offered", [
    (["ser"], ["serve"]), (["--v"], ["--version"]), (["serve", "--acc"], ["--access", "--access-log"]),
    (["serve", "--derive", ""], ["now", "later", "never"]), (["serve", "--derive", "n"], ["now", "never"]),
    (["serve", "--derive", "="], ["now", "later", "never"]), (["serve", "--derive", "=", "la"], ["later"]),
    (["serve", "--access", ""], ["open", "accounts"]), (["serve", "--log-level", "w"], ["warning"]),
    (["serve", "--data", ""], ["[dirnames]"]), (["serve", "--presets", "x"], ["[default]"]), (["serve", "--port", ""], []),
    (["upload", "x", "y"], ["[default]"]), (["upload", "--priv"], ["--private"]), (["accounts", "dis"], ["disable"]),
    (["accounts", "list", ""], []), (["keys", ""], ["list", "add", "remove"]), (["completions", ""], ["bash", "zsh", "fish"]),
    (["manual", "comp"], ["compress-service", "completions"]), (["dance", ""], []),
])
def test_bash(tmp_path, words, offered):
    assert bash(tmp_path, *words) == offered


def test_bash_offers_every_command(tmp_path):
    assert bash(tmp_path, "") == [*COMMANDS, "--help", "--version"]


@pytest.mark.skipif(not fixtures.has("fish"), reason="needs fish")
@pytest.mark.parametrize("line, offered", [
    ("tintype ser", ["serve"]), ("tintype serve --acc", ["--access", "--access-log"]),
    ("tintype serve --derive ", ["later", "never", "now"]), ("tintype serve --derive=l", ["--derive=later"]),
    ("tintype serve --data ", ["folder/"]), ("tintype serve --presets ", ["file.json", "folder/"]),
    ("tintype serve --port ", []), ("tintype upload ", ["file.json", "folder/"]),
    ("tintype accounts list --js", ["--json"]), ("tintype accounts list --ser", []), ("tintype keys ", ["add", "list", "remove"]),
    ("tintype keys list ", []), ("tintype dance ", []),
])
def test_fish(tmp_path, line, offered):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "folder").mkdir()
    (tmp_path / "here" / "file.json").touch()
    code = f"source {script('fish', tmp_path)}; complete -C {shlex.quote(line)}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path / "here",
        env={**os.environ, "HOME": str(tmp_path)})
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert sorted(found.split("\t")[0] for found in done.stdout.splitlines()) == offered


# What a person at a terminal would see: in a zsh of its own, the line and a tab are typed, and its answer is read up to the
# mark that the widget prints when the completion has ended.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; fpath=($FOLDER $fpath); autoload -Uz compinit; compinit -u -d $FOLDER/dump
zstyle ":completion:*" verbose no; LISTMAX=10000; LINES=1000; cd $FOLDER/here
offered() { compstate[insert]=; compstate[list]="list force"; }
complete-and-mark() { comppostfuncs=(offered); zle list-choices; zle -R; print -r -- "<""END>"; zle .kill-buffer }
zle -C list-choices list-choices _main_complete
zle -N complete-and-mark; bindkey "^T" complete-and-mark; print "<""READY>"'
zpty -r -m shell text '*<READY>*' || exit 1
zpty -w -n shell "$LINE"$'\\C-T'
zpty -r -m shell text '*<END>*' || exit 1
print -r -- $text
zpty -d shell
"""


@pytest.mark.skipif(not fixtures.has("zsh"), reason="needs zsh")
@pytest.mark.parametrize("line, offered, other", [
    ("tintype ser", ["serve"], ["upload"]), ("tintype serve --acc", ["--access", "--access-log"], ["--port"]),
    ("tintype serve --derive ", ["later", "never", "now"], ["file.json"]), ("tintype serve --derive=", ["later", "never", "now"], []),
    ("tintype serve --data ", ["folder"], ["file.json"]), ("tintype serve --presets ", ["file.json", "folder"], []),
    ("tintype serve --port ", [], ["file.json"]), ("tintype upload ", ["file.json", "folder"], []),
    ("tintype keys ", ["add", "list", "remove"], ["file.json"]),
])
def test_zsh(tmp_path, line, offered, other):
    (tmp_path / "here" / "folder").mkdir(parents=True)
    (tmp_path / "here" / "file.json").touch()
    script("zsh", tmp_path)
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH], capture_output=True, text=True, timeout=60,
        env={**os.environ, "HOME": str(tmp_path), "FOLDER": str(tmp_path), "LINE": line, "TERM": "dumb"})
    assert done.returncode == 0, done.stderr
    told = done.stdout.split("<END>")[0].replace(line, "", 1)
    for word in offered:
        assert word in told, told
    for word in other:
        assert word not in told, told


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_manual_page_is_read_without_warnings(tmp_path, command):
    done = subprocess.run(
        [str(BINARY), "manual", *command.split()], capture_output=True, text=True, timeout=30,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1622419200"})
    assert done.returncode == 0 and not done.stderr
    page = tmp_path / ("-".join(["tintype", *command.split()]) + ".1")
    page.write_text(done.stdout)
    if fixtures.has("man"):
        read = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", str(page)], capture_output=True, text=True, timeout=60,
            env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
        assert read.returncode == 0 and not read.stderr, read.stderr
        assert "2021-05-31" in read.stdout and "EXIT STATUS" in read.stdout
        if command:
            text = " ".join(read.stdout.split())
            helped = subprocess.run([str(BINARY), command, "--help"], capture_output=True, text=True, timeout=30).stdout
            for name in [line.split()[0] for line in helped.splitlines() if line.startswith("  --")]:
                assert name in text, name
    if fixtures.has("mandoc"):
        checked = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(page)], capture_output=True, text=True, timeout=60)
        assert checked.returncode == 0, checked.stdout
    assert fixtures.has("man") or fixtures.has("mandoc") or pytest.skip("needs man or mandoc")


@pytest.mark.parametrize("arguments, says", [
    (["completions"], "name one shell"), (["completions", "ksh"], "name one shell"), (["completions", "bash", "zsh"], "name one shell"),
    (["manual", "dance"], "no command 'dance'"), (["manual", "serve", "list"], "name one command"),
])
def test_what_cannot_be_printed_is_refused(arguments, says):
    done = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 64 and says in done.stderr and not done.stdout


def test_a_date_that_cannot_be_read_is_refused():
    done = subprocess.run(
        [str(BINARY), "manual"], capture_output=True, text=True, timeout=30, env={**os.environ, "SOURCE_DATE_EPOCH": "today"})
    assert done.returncode == 64 and "SOURCE_DATE_EPOCH" in done.stderr
