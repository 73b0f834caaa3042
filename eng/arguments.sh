# How the scripts beside this one read their arguments; they source it from the root of the repository.

# The comment at the head of the script, without the line that names the shell.
usage() { sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "eng/$(basename "$0")"; }

refuse() {
  echo "eng/$(basename "$0"): $1" >&2
  usage >&2
  exit 2
}

# expect <how many at most> <the arguments ...>: prints the usage where it is asked for, and refuses what is too much.
expect() {
  local most=$1 argument
  shift
  for argument in "$@"; do
    case "$argument" in
      --help | -h) usage; exit 0 ;;
    esac
  done
  [[ $# -le $most ]] || refuse "$# arguments are too many: it takes $most at most."
}

# number <what it is> <the least> <argument>: refuses anything but a whole number from the least on.
number() {
  [[ $3 =~ ^(0|[1-9][0-9]{0,17})$ && $3 -ge $2 ]] || refuse "'$3' is no $1: use a whole number from $2 on."
}
