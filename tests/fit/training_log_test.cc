#include "fit/training_log.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// As Megatron-LM writes it.
std::string step_line(int iteration, double milliseconds, int batch = 512) {
  return fmt::format(
      " [2025-03-01 10:00:{:02}] iteration {:8d}/     100 | consumed samples: {:12d} | elapsed "
      "time "
      "per iteration (ms): {:.1f} | throughput per GPU (TFLOP/s/GPU): 401.2 | learning rate: "
      "1.500000E-04 | global batch size: {:5d} | lm loss: 9.876543E+00 | loss scale: 1.0 | number "
      "of skipped iterations:   0 |",
      iteration % 60, iteration, iteration * batch, milliseconds, batch);
}

TrainingLog log_of(const std::vector<std::string>& lines) {
  TrainingLogReader reader(512);
  for (const std::string& line : lines) {
    reader.add(line);
  }
  return reader.finish("run.log");
}

std::string log_error(const std::vector<std::string>& lines) {
  return input_error_of([&] { log_of(lines); });
}

}  // namespace

TEST_CASE("the step time of a log is the median without the start", "[fit]") {
  const TrainingLog log = log_of({
      "using world size: 64, data-parallel size: 8",
      step_line(1, 21000),
      "[Rank 0] (after 1 iterations) memory (MB) | allocated: 35000.5 | max allocated: 60000.0 | "
      "reserved: 62000.0 | max reserved: 62000.0",
      step_line(2, 900),
      step_line(3, 850),
      step_line(4, 850),
      step_line(5, 850),
      step_line(6, 812.5),
      step_line(7, 810),
      "[Rank 8] (after 1 iterations) memory (MB) | allocated: 35000.5 | max allocated: 61440.0 | "
      "reserved: 62000.0",
      step_line(8, 6000),  // it wrote a checkpoint
      step_line(9, 811),
  });
  CHECK(log.lines == 4);
  CHECK(log.warm_up_lines == 5);
  CHECK(log.other_batch_lines == 0);
  CHECK(log.step_seconds == Approx((0.8125 + 0.811) / 2));
  CHECK(log.peak_bytes == 61440.0 * 1024 * 1024);  // the largest of all ranks
}

TEST_CASE("of lines that are means of ten steps the first one is the start", "[fit]") {
  const TrainingLog log =
      log_of({step_line(10, 2000), step_line(20, 700), step_line(30, 720), step_line(40, 690)});
  CHECK(log.warm_up_lines == 1);
  CHECK(log.lines == 3);
  CHECK(log.step_seconds == Approx(0.7));
  CHECK_FALSE(log.peak_bytes);
}

TEST_CASE("each run in a log has a start", "[fit]") {
  const TrainingLog log = log_of({step_line(10, 2000), step_line(20, 700), step_line(11, 9000),
                                  step_line(15, 3000), step_line(16, 710), step_line(17, 705)});
  CHECK(log.warm_up_lines == 3);
  CHECK(log.lines == 3);
  CHECK(log.step_seconds == Approx(0.705));
}

TEST_CASE("steps of another batch do not count", "[fit]") {
  const TrainingLog log = log_of({step_line(10, 300, 256), step_line(20, 300, 256),
                                  step_line(30, 600), step_line(40, 610), step_line(50, 620)});
  CHECK(log.other_batch_lines == 2);
  CHECK(log.lines == 3);
  CHECK(log.step_seconds == Approx(0.61));
}

TEST_CASE("lines that are cut off or odd say nothing", "[fit]") {
  const std::string whole = step_line(30, 600);
  const TrainingLog log = log_of({
      step_line(10, 900),
      whole,
      whole.substr(0, whole.find("ms):") + 4),
      "elapsed time per iteration (ms): nan | max allocated: x",
      "elapsed time per iteration (ms): -5",
      "",
  });
  CHECK(log.lines == 1);
  CHECK(log.step_seconds == Approx(0.6));
  CHECK_FALSE(log.peak_bytes);
}

TEST_CASE("a log without steps that count is refused", "[fit]") {
  CHECK(log_error({"hello"}) ==
        "run.log: has no line with 'elapsed time per iteration (ms):', expected a log of "
        "Megatron-LM");
  CHECK(log_error({step_line(1, 900), step_line(2, 800)}) ==
        "run.log: has 2 lines of steps, all in the first 5 iterations of a run, which are no "
        "measure; expected a longer log");
  CHECK(log_error({step_line(1, 900)}).starts_with("run.log: has one line of steps, "));
  CHECK(log_error({step_line(10, 900, 256), step_line(20, 800, 256)}) ==
        "run.log: its steps have a global batch size of 256, expected 512 as the execution's "
        "batch_size");
}

TEST_CASE("a log is read from its file", "[fit]") {
  const TempFolder folder;
  std::string text;
  for (int iteration = 1; iteration <= 20; ++iteration) {
    text += step_line(iteration, 500 + iteration) + "\r\n";
  }
  const TrainingLog log = read_training_log(folder.write("train.log", text), 512);
  CHECK(log.lines == 15);
  CHECK(log.step_seconds == Approx(0.513));
}

}  // namespace calculon::test
