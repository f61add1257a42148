#include "fit/training_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/gzip_input.h"
#include "base/median.h"
#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kStepKey = "elapsed time per iteration (ms):";
constexpr std::string_view kMemoryKey = "max allocated:";
constexpr double kMebi = 1024.0 * 1024.0;  // what Megatron calls MB

// Iterations at the start of a run that compile kernels, fill caches and open connections.
constexpr std::int64_t kWarmUpIterations = 5;

// The number behind a key of a line; nothing where there is none, as where a line is cut off.
std::optional<double> number_behind(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = trimmed(line.substr(at + key.size()), kBlanks);
  rest = rest.substr(0, rest.find_first_of(" |/,\t"));
  const auto number = parse_number<double>(rest);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::int64_t count_behind(std::string_view line, std::string_view key) {
  constexpr double kMost = 1e15;
  const double number = number_behind(line, key).value_or(0);
  return number > 0 && number < kMost ? static_cast<std::int64_t>(number) : 0;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of(values);
}

}  // namespace

void TrainingLogReader::add(std::string_view line) {
  if (const auto milliseconds = number_behind(line, kStepKey); milliseconds && *milliseconds > 0) {
    add_step(line, *milliseconds);
  }
  if (const auto allocated = number_behind(line, kMemoryKey); allocated && *allocated > 0) {
    log_.peak_bytes = std::max(log_.peak_bytes.value_or(0), *allocated * kMebi);
  }
}

// A line may be the mean over several iterations, of which it names the last. One that is not
// numbered counts as the next.
void TrainingLogReader::add_step(std::string_view line, double milliseconds) {
  std::int64_t iteration = count_behind(line, "iteration ");
  iteration = iteration > 0 ? iteration : last_iteration_ + 1;
  const bool starts = first_iteration_ == 0 || iteration <= last_iteration_;
  first_iteration_ = starts ? iteration : first_iteration_;
  last_iteration_ = iteration;
  const std::int64_t batch = count_behind(line, "global batch size:");
  if (batch > 0 && batch != batch_size_) {
    other_batch_ = batch;
    ++log_.other_batch_lines;
  } else if (starts || iteration < first_iteration_ + kWarmUpIterations) {
    ++log_.warm_up_lines;
  } else {
    milliseconds_.push_back(milliseconds);
  }
}

TrainingLog TrainingLogReader::finish(const std::string& name) const {
  TrainingLog log = log_;
  log.lines = milliseconds_.size();
  if (log.lines > 0) {
    log.step_seconds = median(milliseconds_) / 1000;
    return log;
  }
  if (log.other_batch_lines > 0) {
    throw InputError(fmt::format(
        "{}: its steps have a global batch size of {}, expected {} as the execution's batch_size",
        name, other_batch_, batch_size_));
  }
  if (log.warm_up_lines > 0) {
    throw InputError(fmt::format(
        "{}: has {} of steps, all in the first {} iterations of a run, which are no measure; "
        "expected a longer log",
        name, log.warm_up_lines == 1 ? "one line" : fmt::format("{} lines", log.warm_up_lines),
        kWarmUpIterations));
  }
  throw InputError(
      fmt::format("{}: has no line with '{}', expected a log of Megatron-LM", name, kStepKey));
}

TrainingLog read_training_log(const std::string& path, std::int64_t batch_size) {
  LineReader lines(path);
  TrainingLogReader reader(batch_size);
  std::string_view line;
  while (lines.next(line)) {
    reader.add(line);
  }
  return reader.finish(lines.name());
}

}  // namespace calculon
