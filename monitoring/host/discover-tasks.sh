#!/bin/bash
# Writes where the API's tasks are into files that Prometheus watches; what cannot be asked stays as it was.
set -euo pipefail

folder=${TASKS_FOLDER:-/run/nailbook}
port=8000
# ECS describes so many at a time.
most=100

mapfile -t tasks < <(
  aws ecs list-tasks --cluster "$ECS_CLUSTER" --service-name api --query 'taskArns[]' --output text | tr '\t' '\n' | grep '^arn:' || true
)

new=$(mktemp --directory)
trap 'rm -rf "$new"' EXIT
for ((start = 0; start < ${#tasks[@]}; start += most)); do
  # Both sides of a release are tasks of the one service.
  aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks "${tasks[@]:start:most}" --output json --query "
    tasks[?lastStatus=='RUNNING'].{
      targets: [join(':', [attachments[].details[] | [?name=='privateIPv4Address'] | [0].value, '$port'])],
      labels: {__task_arn: taskArn, __task_definition_arn: taskDefinitionArn}
    }" >"$new/tasks-$start.json"
done

for file in "$folder"/tasks-*.json; do
  if [ -e "$file" ] && [ ! -e "$new/${file##*/}" ]; then rm "$file"; fi
done
for file in "$new"/tasks-*.json; do
  [ -e "$file" ] || continue
  chmod 644 "$file"
  # Prometheus must never read half a file: moved in one step, which needs the same file system.
  cp "$file" "$folder/.next"
  mv "$folder/.next" "$folder/${file##*/}"
done
