#!/bin/bash
# Spreads a study over a real Slurm job array on this machine, kills one task, resumes and merges;
# the table has to be that of a plain run, byte for byte. The daemons are private to the test: a
# folder, ports on the loopback interface and a munge key of their own.
#
# Usage: job_array_test.sh PROGRAM SOURCE_DIR
# Exit status: 0 passed, 1 failed, 77 skipped as Slurm is not here or cannot run here.
set -u

program=$(realpath "$1")
source_dir=$2
readonly study=(sc23-scaling --only model=Megatron-1T)  # seconds of work for each of four shards
readonly points=2048
readonly shards=4
readonly victim=2
readonly start_seconds=20 job_seconds=240

skip() { echo "skipped: $*"; exit 77; }
fail() {
  echo "FAILED: $*" >&2
  tail -n 20 "$work"/*.log >&2
  exit 1
}

# ---- Slurm ---------------------------------------------------------------------------------

PATH=$PATH:/usr/sbin:/sbin
for name in munged slurmctld slurmd sbatch srun squeue scancel sinfo; do
  command -v $name >/dev/null || skip "there is no $name (Debian: slurmctld slurmd slurm-client munge)"
done

work=$(mktemp -d)
daemons=()

clean_up() {
  if [ ${#daemons[@]} -eq 3 ] && running; then
    timeout 10 scancel --user="$(id -un)" 2>/dev/null
    wait_for 10 no_jobs
  fi
  for ((i = ${#daemons[@]} - 1; i >= 0; --i)); do  # the last started first
    kill "${daemons[i]}" 2>/dev/null
    wait "${daemons[i]}" 2>/dev/null
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# wait_for SECONDS CONDITION...: whether it came true in time.
wait_for() {
  local -r end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

start() {
  "$@" >"$work/$1.log" 2>&1 &
  daemons+=($!)
}

running() {
  local daemon
  for daemon in "${daemons[@]}"; do kill -0 "$daemon" 2>/dev/null || return 1; done
}
node_is_idle() { [ "$(timeout 5 sinfo --noheader --format=%T 2>/dev/null)" = idle ]; }
idle_or_ended() { ! running || node_is_idle; }
no_jobs() { jobs_left=$(timeout 10 squeue --noheader 2>&1) && [ -z "$jobs_left" ]; }

free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo $port
}

start_slurm() {
  local -r host=$(uname -n | cut -d. -f1) user=$(id -un)
  unset "${!SLURM@}" "${!SBATCH@}" "${!SRUN@}" "${!SQUEUE@}" "${!SINFO@}" "${!SCANCEL@}"
  mkdir "$work/munge" "$work/state" "$work/spool"
  head -c 32 /dev/urandom >"$work/munge/key"
  chmod 600 "$work/munge/key"
  export SLURM_CONF=$work/slurm.conf
  cat >"$SLURM_CONF" <<END
ClusterName=calculon
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=$user
SlurmdUser=$user
AuthInfo=socket=$work/munge/socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/state/slurmctld.pid
SlurmdPidFile=$work/state/slurmd.pid
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=$host Default=YES
END
  # The socket lies in a folder of this user alone; without --force munge wants it open to all.
  start munged --foreground --force --socket="$work/munge/socket" --key-file="$work/munge/key" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed"
  wait_for $start_seconds test -S "$work/munge/socket" || skip "munged does not start here"
  start slurmctld -D
  start slurmd -D
  wait_for $start_seconds idle_or_ended
  node_is_idle ||
    skip "Slurm does not start here: $(grep -h 'fatal\|error' "$work"/slurm*.log | tail -n 1)"
}

# ---- The test ------------------------------------------------------------------------------

# submit ARRAY COMMAND...: a job array whose tasks run it with a core each.
submit() {
  local -r array=$1
  shift
  sbatch --parsable --array="$array" --cpus-per-task=1 --time=10 --output="$work/task-%a.log" <<END
#!/bin/sh
srun --cpus-per-task=\$SLURM_CPUS_PER_TASK $*
END
}

results() { echo "$work/run/results-$1-of-$shards.jsonl"; }
state_of() { squeue --noheader --states=all --jobs="$1" --format=%T; }

# Every result that was ever complete, of all shards.
lines() { for ((s = 0; s < shards; ++s)); do cat "$(results $s)"; done; }

mkdir "$work/bin"
ln -s "$program" "$work/bin/calculon"
export PATH=$work/bin:$PATH
cd "$source_dir" || exit 1  # where the bundled data is
start_slurm

calculon study run "${study[@]}" -o "$work/plain" >"$work/plain.log" 2>&1 || fail "the plain run"

job=$(submit "0-$((shards - 1))" \
  "calculon study run ${study[*]@Q} -o ${work@Q}/run --shard slurm") || fail "sbatch"
wait_for $job_seconds test -s "$(results $victim)" || fail "task $victim has no results"
# Its step, since a task as a whole gets TERM first.
scancel --signal=KILL "${job}_$victim.0" || fail "scancel"
wait_for $job_seconds no_jobs || fail "the job array does not end"
for ((s = 0; s < shards; ++s)); do
  expected=COMPLETED
  [ $s -ne $victim ] || expected=FAILED
  [ "$(state_of "${job}_$s")" = $expected ] || fail "task $s is $(state_of "${job}_$s")"
done

# What was lost is told, with the command that computes it.
done_before=$(wc -l <"$(results $victim)")
missing=$((points / shards - done_before))
[ $missing -gt 0 ] || fail "the killed task had finished"
lines >"$work/before"
resume="calculon study run -o $work/run --shard $victim/$shards"
calculon study status "$work/run" >"$work/status.log" 2>&1 || fail "study status"
for line in "Points: 2,048, 2,048 different; " "$missing missing: $resume" \
  "Shard $victim-of-$shards: $done_before of $((points / shards)) points, not running"; do
  grep -qF -- "$line" "$work/status.log" || fail "study status lacks: $line"
done
calculon study merge "$work/run" -o "$work/early.csv" >"$work/merge.log" 2>&1
[ $? -eq 1 ] || fail "study merge of an incomplete run does not end with status 1"
grep -qF -- "$missing missing: $resume" "$work/merge.log" || fail "study merge lacks: $resume"
[ ! -e "$work/early.csv" ] || fail "study merge of an incomplete run writes a table"

# The command that was told, as a task again; it writes only what is missing.
job=$(submit $victim "$resume") || fail "sbatch"
wait_for $job_seconds no_jobs || fail "the resumed task does not end"
[ "$(state_of "$job")" = COMPLETED ] || fail "the resumed task is $(state_of "$job")"
grep -qF "$done_before done before, $missing computed now" "$work/task-$victim.log" ||
  fail "the resumed task did not go on where the killed one ended"
lines >"$work/after"
[ "$(grep -cxFf "$work/after" "$work/before")" -eq "$(wc -l <"$work/before")" ] ||
  fail "results were lost"
[ "$(cut -d '"' -f 4 "$work/after" | sort -u | wc -l)" -eq $points ] || fail "points are missing"
[ "$(wc -l <"$work/after")" -eq $points ] || fail "points were computed twice"
[ "$(find "$work/run" -name 'results-*' | wc -l)" -eq $shards ] || fail "other files of results"

calculon study merge "$work/run" -o "$work/merged.csv" >"$work/merge.log" 2>&1 || fail "study merge"
cmp "$work/plain/table.csv" "$work/merged.csv" || fail "the merged table is not that of a plain run"
cmp "$work/plain/table.csv" "$work/run/table.csv" || fail "the last task's table is another"
echo "passed: $shards tasks, task $victim killed with $missing points to do, resumed and merged"
