"""Builds libakin with the Swift toolchain that is there, and puts it into the package.

AKIN_LIBRARY names a libakin.so.1 that was built before, to be taken in its place.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def version() -> str:
    """The version of the command, which stands in one file."""
    text = (ROOT / "Tools/akin/Tool.swift").read_text()
    return re.search(r'static let version = "([^"]+)"', text).group(1)


class BuildWithLibrary(build_py):
    """Puts libakin.so.1 beside the modules."""

    def run(self):
        super().run()
        target = Path(self.build_lib) / "akin_index" / "libakin.so.1"
        if self.editable_mode:
            target = HERE / "src" / "akin_index" / "libakin.so.1"
        target.parent.mkdir(parents=True, exist_ok=True)
        given = os.environ.get("AKIN_LIBRARY")
        if given:
            shutil.copy2(given, target)
            return
        if shutil.which("swift") is None:
            sys.exit(
                "akin-index is built with Swift 6.3 or newer: https://swift.org/install, or name a libakin.so.1 by AKIN_LIBRARY"
            )
        with tempfile.TemporaryDirectory() as out:
            subprocess.run([str(ROOT / "Tools/c/build"), out], check=True)
            shutil.copy2(Path(out) / "libakin.so.1", target)


class WithLibrary(Distribution):
    """What is installed belongs to a platform: auditwheel, for one, looks for libraries there alone."""

    def has_ext_modules(self):
        return True


class AnyPython(bdist_wheel):
    """One wheel for every CPython of a platform: nothing is compiled against one."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(version=version(), distclass=WithLibrary, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": AnyPython})
