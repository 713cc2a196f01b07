# Sourced by the commands beside it: says each step, and installs what it lacks.

# How everything is built, by whatever command: other options would build all of it again. Optimised, as
# reading all fixtures takes minutes in a debug build; with Python in the process; the tests see
# internal names.
swift=(-c release --traits PythonInterop -Xswiftc -enable-testing)

# step TEXT: a heading.
step() { printf '\n== %s\n' "$*"; }

# install_debian PACKAGE WHY: installs a Debian package, with sudo where needed.
install_debian() {
  step "Installing $1: $2"
  if ! command -v apt-get >/dev/null; then
    echo "$1 is missing, and there is no apt-get to install it: install it by hand" >&2
    exit 1
  fi
  local elevate=()
  if [ "$(id -u)" != 0 ]; then elevate=(sudo); fi
  "${elevate[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${elevate[@]}" apt-get install -y -qq "$1"
}

# find_numpy: names a Python with NumPy in PYTHON, or fails.
find_numpy() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$candidate" -c 'import sys, numpy; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      export PYTHON=$candidate
      return
    fi
  done
  return 1
}

# require_numpy: makes sure of a Python with NumPy, and names it in PYTHON.
require_numpy() {
  if find_numpy; then return; fi
  require_debian_numpy
  export PYTHON=/usr/bin/python3
}

# require_python_headers: makes sure of what embedding CPython is built with.
require_python_headers() {
  # Swift's package manager asks it where the package's flags are.
  if ! command -v pkg-config >/dev/null; then
    install_debian pkg-config "it tells the build where Python's headers are"
  fi
  if ! pkg-config --exists python3-embed; then
    install_debian python3-dev "the verifier is built with Python in its process"
  fi
}

# require_debian_numpy: makes sure of Debian's own Python with NumPy.
require_debian_numpy() {
  if ! /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    install_debian python3-numpy "the oracle that the fixtures are checked against is NumPy"
  fi
}

# install_keras NAME: Keras with a backend, as tools/adapters/requirements-NAME.txt pins them, in
# .venv-audit/NAME.
install_keras() {
  local requirements=tools/adapters/requirements-$1.txt environment=.venv-audit/$1
  if cmp -s "$requirements" "$environment/requirements.txt"; then return; fi
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    install_debian python3-venv "Keras is installed into a virtual environment"
  fi
  step "Installing $(tr '\n' ' ' <"$requirements")into $environment"
  python3 -m venv --clear "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$environment/requirements.txt"
}

# build_verifier: builds loss-parity.
build_verifier() {
  require_python_headers
  swift build "${swift[@]}" --product loss-parity
}
