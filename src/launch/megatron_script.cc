#include <fmt/format.h>

#include "launch/launch_script.h"
#include "launch/megatron_table.h"

namespace calculon {
namespace {

// Arguments on continued lines: as many on each as a terminal of 100 columns shows.
class ContinuedLines {
 public:
  explicit ContinuedLines(std::string first) : line_(std::move(first)) {}

  // Each argument with its values stays in one line.
  void add(std::string_view words) {
    while (!words.empty()) {
      const auto next = words.find(" --");
      append(words.substr(0, next));
      words = next == std::string_view::npos ? "" : words.substr(next + 1);
    }
  }
  void start_line() {
    text_ += line_ + " \\\n";
    line_ = " ";
  }
  std::string text() const { return text_ + line_ + "\n"; }

 private:
  void append(std::string_view argument) {
    constexpr std::size_t kColumns = 98;
    if (line_.size() + 1 + argument.size() > kColumns && line_.size() > 1) {
      start_line();
    }
    line_ += fmt::format(" {}", argument);
  }

  std::string text_;
  std::string line_;
};

}  // namespace

std::string megatron_script(const LaunchJob& job) {
  const std::vector<LaunchItem> items = launch_items(megatron_rows(), job);
  ContinuedLines command(fmt::format("torchrun --nnodes {} --nproc_per_node {} pretrain_gpt.py",
                                     job.execution.num_procs / job.processors_per_node,
                                     job.processors_per_node));
  for (const bool of_model : {true, false}) {
    command.start_line();
    for (const LaunchItem& item : items) {
      if (item.of_model == of_model) {
        command.add(item.words);
      }
    }
    if (of_model && has_experts(job)) {
      command.add("--moe-grouped-gemm --moe-permute-fusion");
    }
  }
  for (const std::string& argument : job.arguments) {
    command.add(argument);
  }
  return "#!/bin/sh\n" + launch_headline(Framework::kMegatron, job) + comment_lines(items, job) +
         command.text();
}

}  // namespace calculon
