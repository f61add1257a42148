#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// What the log of a Megatron-LM run says of its steps and its memory.
struct TrainingLog {
  double step_seconds = 0;            // median of the lines that count
  std::size_t lines = 0;              // of steps, that count
  std::size_t warm_up_lines = 0;      // that do not, since the run was starting
  std::size_t other_batch_lines = 0;  // that do not, since their batch is another one
  std::optional<double> peak_bytes;   // the largest `max allocated`
};

// Takes a log line by line: "iteration 10/ 100 | ... elapsed time per iteration (ms): 812.5 | ...
// global batch size: 512 | ..." and "[Rank 0] ... memory (MB) | ... max allocated: 61234.5 | ...".
class TrainingLogReader {
 public:
  // Steps of another batch do not count, as while the batch grows.
  explicit TrainingLogReader(std::int64_t batch_size) : batch_size_(batch_size) {}

  void add(std::string_view line);
  // Throws InputError, with the log's name, where no line of a step counts.
  TrainingLog finish(const std::string& name) const;

 private:
  void add_step(std::string_view line, double milliseconds);

  std::int64_t batch_size_;
  std::int64_t first_iteration_ = 0;  // of the run; 0: none yet. A log may have several runs
  std::int64_t last_iteration_ = 0;
  std::int64_t other_batch_ = 0;  // the last one that was seen
  std::vector<double> milliseconds_;
  TrainingLog log_;
};

// Reads a log of any length, plain or gzipped.
TrainingLog read_training_log(const std::string& path, std::int64_t batch_size);

}  // namespace calculon
