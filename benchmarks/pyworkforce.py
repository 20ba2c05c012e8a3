"""Run a program with pyworkforce, in an environment of its own that is made for it and left again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["PEER", "run_with_pyworkforce"]

PEER = "pyworkforce"
VERSION = f"import importlib.metadata as m; print(m.version({PEER!r}))"


def run_with_pyworkforce(program: str, questions: list[object]) -> tuple[list[Any], str]:
    """Return what a program answers to each question, and the version of pyworkforce that answered.

    Parameters
    ----------
    program
        Python that reads a question as JSON from the file ``sys.argv[1]`` and prints its answer as JSON.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run([sys.executable, "-m", "venv", place / "env"], check=True)
        python = place / "env" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
        answers = []
        for question in questions:
            (place / "question.json").write_text(json.dumps(question), encoding="utf-8")
            command: list[str | Path] = [python, "-c", program, place / "question.json"]
            told = subprocess.run(command, check=True, capture_output=True, text=True)
            answers.append(json.loads(told.stdout))
        named = subprocess.run([python, "-c", VERSION], check=True, capture_output=True, text=True)
    return answers, named.stdout.strip()
