# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with ../seatrial
# Hands the terminal over: the app starts inside a tmux of its own, so that a shell on a node is a pane beside it.

# The app itself is meant, not one of its commands: nothing but the app's own options.
app_is_meant() {
    while (($#)); do
        case $1 in
            --demo | --language=*) shift ;;
            --language) shift $(($# > 1 ? 2 : 1)) ;;
            *) return 1 ;;
        esac
    done
}

hand_over() {
    local program=("$venv/bin/python" -m tui "$@") session=seatrial variable environment=()
    if [[ $no_tmux || ${TMUX:-} ]] || ! { [[ -t 0 && -t 1 ]] && app_is_meant "$@" && command -v tmux >/dev/null; }; then
        exec "${program[@]}"
    fi
    [[ ! $demo ]] || session=seatrial-demo
    for variable in XDG_CACHE_HOME XDG_STATE_HOME XDG_DATA_HOME LANG COLORTERM; do
        [[ -z ${!variable:-} ]] || environment+=(-e "$variable=${!variable}")
    done
    # The last words of a program that failed stay on the screen until they are read.
    exec tmux -L seatrial -f "$checkout/setup/tmux.conf" new-session -A -s "$session" ${environment[@]+"${environment[@]}"} \
        sh -c '"$@" || { printf "\nSeatrial ended with status %s. Enter closes this window. " $?; read -r _; }' sh "${program[@]}"
}
