#!/bin/bash
# Runs every `sh` block of docs/operations.md as it stands, on this machine, and leaves nothing behind.
#
# It needs root on Debian 12 with postgresql, pgbouncer, nginx, python3-venv, openssl and curl. Everything happens in
# namespaces of its own (files, network, processes): /etc, /srv, /var and /usr/local are copies that vanish, the network
# is a loopback that nobody else sees. systemd does not run there: a stand-in for systemctl starts what the units say,
# as their user, with their environment and their socket; the units themselves are judged by `systemd-analyze verify`.
set -euo pipefail

project=$(cd "$(dirname "$0")/.." && pwd)
if [ "${1:-}" != inside ]; then
    wheels=${WHEELS:-$(mktemp -d)}
    [ -n "$(ls "$wheels")" ] || /usr/bin/python3 -m pip download --quiet --require-hashes -r "$project/requirements.lock" -d "$wheels"
    WHEELS=$wheels exec unshare --mount --net --pid --fork --mount-proc --kill-child "$0" inside
fi

ip link set lo up
mount -t tmpfs tmpfs /mnt
for folder in etc var usr/local; do
    mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
    mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder"
done
mkdir /mnt/srv && mount --bind /mnt/srv /srv
mount -t tmpfs tmpfs /run && mkdir -m 775 /run/postgresql && chown postgres:postgres /run/postgresql

# A new Debian machine: a cluster as the package makes it, a name for the portal, packages without a network.
rm -rf /etc/postgresql /var/lib/postgresql/*
pg_createcluster 15 main >/dev/null
echo "127.0.0.1 portal.example" >>/etc/hosts
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$WHEELS PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p /mnt/bin && cat >/mnt/bin/systemctl <<'STANDIN'
#!/bin/bash
# start, restart, stop, reload, enable --now and daemon-reload, as far as the guide uses them.
set -euo pipefail
verb=$1 && shift
value() { sed -n "s/^$2=//p" "/etc/systemd/system/$1"; }
stop() {
    [ -e "/run/$1.pid" ] || return 0
    kill -TERM "-$(cat "/run/$1.pid")" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "-$(cat "/run/$1.pid")" 2>/dev/null || break; sleep 0.1; done
    rm "/run/$1.pid"
}
start() {
    unit=$1
    user=$(value "$unit" User)
    mapfile -t commands < <(value "$unit" ExecStart)
    run=(setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs)
    listen=$(sed -n 's/^ListenStream=//p' "/etc/systemd/system/${unit%.service}.socket" 2>/dev/null || true)
    (
        set -a
        for file in $(value "$unit" EnvironmentFile); do . "$file"; done
        set +a
        cd "$(value "$unit" WorkingDirectory)"
        if [ "$(value "$unit" Type)" = oneshot ]; then
            for command in "${commands[@]}"; do "${run[@]}" $command; done
            exit
        fi
        # The socket is opened by root and handed on; the process behind it keeps its number.
        setsid systemd-socket-activate -E PATH ${listen:+-l "$listen"} $(env | sed -n 's/^\([A-Z_]*\)=.*/-E \1/p') \
            "${run[@]}" ${commands[0]} >>"/var/log/$unit.log" 2>&1 &
        echo $! >"/run/$unit.pid"
    )
}
case $verb in daemon-reload) exit 0 ;; enable) verb=start ;; esac
for unit in "$@"; do
    case $unit in
    --now | *.socket | *.timer) ;;
    postgresql) [ "$verb" = reload ] && pg_ctlcluster 15 main reload || pg_ctlcluster 15 main restart ;;
    nginx) [ -e /run/nginx.pid ] && nginx -s reload || nginx ;;
    pgbouncer)
        if [ "$verb" = reload ]; then kill -HUP "$(cat /run/postgresql/pgbouncer.pid)"; else
            runuser -u postgres -- pgbouncer -d /etc/pgbouncer/pgbouncer.ini
        fi ;;
    portal | portal.service) [ "$verb" = start ] || stop portal.service; start portal.service ;;
    *) start "$unit" ;;
    esac
done
STANDIN
chmod +x /mnt/bin/systemctl
export PATH=/mnt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
git clone --quiet --bare "$project" /mnt/portal.git  # what is committed now, whatever happens to it meanwhile
export REPOSITORY=/mnt/portal.git CURL_CA_BUNDLE=/etc/ssl/portal/certificate.pem CURL_HOME=/mnt
printf 'retry = 20\nretry-delay = 1\nretry-all-errors\n' >/mnt/.curlrc
unset DATABASE_URL APP_DATABASE_URL SECRET_KEY PORTAL_VAR PORTAL_DEMO DEBUG

awk '/^```sh$/ {block = 1; next} /^```$/ {block = 0} block' "$project/docs/operations.md" >/mnt/steps.sh
cd /root
if bash -eu -o pipefail -c 'PS4="+ "; set -x; . /mnt/steps.sh' 2>&1; then
    # Between the words of the stand-in the log has nothing but lines of JSON, and no address of who asked.
    grep -v '^Listening\|^Communication\|^Execing' /var/log/portal.service.log >/mnt/log
    /usr/bin/python3 -c 'import json, sys; rows = [json.loads(row) for row in sys.stdin]; assert any(row.get("route") == "home" for row in rows); print(len(rows), "lines of log")' </mnt/log
    ! grep -q '127\.0\.0\.1' /mnt/log
    echo "Every line ran."
else
    tail -n 20 /var/log/portal.service.log 2>/dev/null || true
    echo "It stopped at the last line above." && exit 1
fi
