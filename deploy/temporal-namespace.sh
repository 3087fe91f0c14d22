#!/bin/sh
# Makes the namespace, or sets its retention when it exists; may be repeated.
# The search attributes are installed by `invordering migrate`, which takes their list from the code.
set -eu

patiently() {
  for _ in $(seq 30); do
    "$@" >/dev/null && return
    sleep 1
  done
  exit 1
}

patiently temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
# A new namespace is known to the whole server a moment later: what comes next may count on it.
patiently temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
