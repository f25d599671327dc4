#!/bin/sh
# Sends pictures to Tintype as one batch, and waits until all of them are images.
#
#   TINTYPE_URL=http://localhost:5000 TINTYPE_TOKEN=tt_… ./camera.sh STORE CAMERA PICTURE...
#
# It needs curl, base64 and sha256sum. A batch that may have arrived already is sent again without harm: the same pictures
# have the same Idempotency-Key. The exit status is 0 if every picture has become an image, 1 if one was refused, 2 if
# the server could not be reached.
set -eu

url=${TINTYPE_URL:-http://localhost:5000}
if [ $# -lt 3 ]; then
    echo "usage: $0 STORE CAMERA PICTURE..." >&2
    exit 64
fi
store=$1 camera=$2
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The token stands in a file that only this user can read, not among the arguments, which every user can see.
(umask 077 && printf 'header = "Authorization: Bearer %s"\n' "${TINTYPE_TOKEN:-}" >"$work/curl")
[ -n "${TINTYPE_TOKEN:-}" ] || : >"$work/curl"

# Text as it stands within quotes in JSON.
text() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g' | tr -d '\000-\037'; }

separator='['
for picture; do
    taken=$(date -u -r "$picture" +%Y-%m-%dT%H:%M:%SZ)
    printf '%s{"timestamp":"%s","store_name":"%s","camera_id":"%s","name":"%s","file":"' \
        "$separator" "$taken" "$(text "$store")" "$(text "$camera")" "$(text "$(basename "$picture")")"
    base64 -w 0 "$picture"
    printf '"}'
    separator=','
done >"$work/batch.json"
printf ']' >>"$work/batch.json"
key=$(sha256sum "$work/batch.json" | cut -d ' ' -f 1)

# curl repeats what a lost connection, a timeout or a busy server (429, 5xx) has prevented, after 1, 2, 4 … seconds.
status=$(curl -sS -K "$work/curl" -o "$work/answer" -w '%{http_code}' --max-time 600 \
    --retry "${TINTYPE_RETRIES:-8}" --retry-all-errors --retry-connrefused \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $key" --data-binary "@$work/batch.json" \
    "$url/upload_image_batch") || exit 2
case $status in
202) ;;
4*) cat "$work/answer" >&2 && exit 1 ;;
*) cat "$work/answer" >&2 && exit 2 ;;
esac
batch=$(sed 's/^{"id":"\([^"]*\)".*/\1/' "$work/answer")
echo "sent $# pictures: $url/v1/batches/$batch"

# The events end with the batch; if the connection is lost before, they begin again with how far it is now.
tries=0
until curl -sSN -K "$work/curl" -o "$work/events" --max-time 600 "$url/v1/batches/$batch/events" &&
    grep -q '^event: done' "$work/events"; do
    tries=$((tries + 1))
    [ "$tries" -le "${TINTYPE_RETRIES:-8}" ] || exit 2
    sleep 1
done
progress=$(tail -n 2 "$work/events" | sed -n 's/.*"progress":{\([^}]*\)}.*/\1/p')
echo "$progress" | tr -d '"' | tr ',' ' '
case $progress in *'"failed":0'*) exit 0 ;; esac
curl -sS -K "$work/curl" "$url/v1/batches/$batch" | tr '{' '\n' | sed -n 's/.*"state":"failed","error":"\([^"]*\)".*/refused: \1/p' >&2
exit 1
