#!/bin/bash
# Makes a fresh Amazon Linux 2023 the host of Prometheus and Grafana: run once, as root, with the variables that the user data states
# (lib/monitoring/metrics-host.ts). What must survive is on the data volume.
set -euo pipefail

nailbook=/opt/nailbook
data=/data

# The volume may still be on the host that this one replaces.
attach_volume() {
  local token instance device tries
  token=$(curl --silent --fail -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)
  instance=$(curl --silent --fail -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id)
  for ((tries = 0; tries < 60; tries++)); do
    if aws ec2 attach-volume --volume-id "$DATA_VOLUME" --instance-id "$instance" --device /dev/sdf >/dev/null; then break; fi
    sleep 10
  done
  device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${DATA_VOLUME/-/}
  for ((tries = 0; tries < 60; tries++)); do
    if [ -e "$device" ]; then break; fi
    sleep 2
  done
  # It refuses to touch a volume that holds a file system, which is then the one to mount.
  mkfs.xfs "$device" || echo 'the volume holds data'
  mkdir -p "$data"
  echo "$device $data xfs defaults,nofail 0 2" >>/etc/fstab
  mount "$data"
}

# fetch URL SHA256 FOLDER: unpacks a release that is exactly the one that was pinned.
fetch() {
  local archive
  archive=$(mktemp)
  curl --silent --show-error --fail --location --retry 10 --retry-all-errors --retry-delay 15 --output "$archive" "$1"
  echo "$2  $archive" | sha256sum --check --status
  mkdir -p "$3"
  tar --extract --gzip --file "$archive" --directory "$3" --strip-components 1 --no-same-owner
  rm "$archive"
}

attach_volume
fetch "https://github.com/prometheus/prometheus/releases/download/v$PROMETHEUS_VERSION/prometheus-$PROMETHEUS_VERSION.linux-amd64.tar.gz" \
  "$PROMETHEUS_SHA256" /opt/prometheus
fetch "https://dl.grafana.com/oss/release/grafana-$GRAFANA_VERSION.linux-amd64.tar.gz" "$GRAFANA_SHA256" /opt/grafana

# Fixed numbers: the files on the volume belong to them on the next host too.
useradd --system --uid 2001 --user-group --no-create-home --shell /sbin/nologin prometheus
useradd --system --uid 2002 --user-group --no-create-home --shell /sbin/nologin grafana
install --directory --owner prometheus --group prometheus "$data/prometheus"
install --directory --owner grafana --group grafana "$data/grafana" /var/lib/grafana
ln --symbolic --no-dereference --force "$nailbook/grafana/dashboards" /var/lib/grafana/dashboards

cat >/etc/nailbook-metrics.env <<ENV
NAILBOOK_ENVIRONMENT=$NAILBOOK_ENVIRONMENT
AWS_DEFAULT_REGION=$AWS_DEFAULT_REGION
ECS_CLUSTER=$ECS_CLUSTER
RETENTION_DAYS=$RETENTION_DAYS
RETENTION_GB=$RETENTION_GB
GRAFANA_URL=$GRAFANA_URL
PROMETHEUS_URL=http://127.0.0.1:9090
ENV

install --mode 644 "$nailbook"/host/*.service "$nailbook"/host/*.timer /etc/systemd/system/
chmod 755 "$nailbook/host/discover-tasks.sh"
systemctl daemon-reload
systemctl enable --now nailbook-tasks.timer prometheus.service grafana.service
