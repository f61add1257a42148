#include "text/text_report.h"

#include <fmt/format.h>

#include <array>

#include "calculon/base/quantity_text.h"
#include "calculon/base/units.h"
#include "model/given_work.h"
#include "text/summary_lines.h"

namespace calculon {
namespace {

// Where the batch time goes. The slices add up to total_time.
struct TimeSlice {
  std::string_view name;
  double seconds;
  int color;  // ANSI foreground
};

int color_of(Role part) {
  constexpr int kMagenta = 35;
  constexpr int kYellow = 33;
  constexpr int kRed = 31;
  switch (part) {
    case Role::kForward:
    case Role::kBackward:
    case Role::kOptimizer:
    case Role::kVocabulary:
      return kAnsiBlue;
    case Role::kRecompute:
      return kMagenta;
    case Role::kBubble:
      return kRed;
    default:
      return kYellow;  // what waits for data
  }
}

std::vector<TimeSlice> time_slices(const Stats& stats, Preset preset) {
  std::vector<TimeSlice> slices;
  for (const Role part : kTimeParts) {
    if (const auto seconds = sum_of(stats, part, preset)) {
      slices.push_back({enum_name(part), *seconds, color_of(part)});
    }
  }
  return slices;
}

std::string time_bars(const Stats& stats, Preset preset, bool color) {
  std::string text;
  for (const TimeSlice& slice : time_slices(stats, preset)) {
    const double share = slice.seconds / stats.total_time;
    text += fmt::format("  {:<18}{:>12.4f} s {:>6.2f}%{}\n", slice.name, slice.seconds, 100 * share,
                        share_bar(share, color, slice.color));
  }
  return text;
}

std::string memory_line(int tier, double used, double capacity) {
  const std::string share =
      capacity > 0 ? fmt::format(" ({:.2f}%)", 100 * used / capacity) : std::string();
  return summary_line(fmt::format("Memory tier {}", tier),
                      fmt::format("{} / {}{}", bytes_text(used), bytes_text(capacity), share));
}

}  // namespace

std::string summary_text(const Transformer& transformer, const System& system,
                         const Strategy& strategy, const Stats& stats, bool color) {
  const double tokens = stats.sample_rate * static_cast<double>(transformer.seq_size);
  const auto processors = static_cast<double>(strategy.num_procs);
  const NeededRate rate = needed_rate(transformer, system, strategy, stats.sample_rate);
  std::string text = "Summary\n";
  text += summary_line("Batch time", fmt::format("{:.4f} s", stats.total_time));
  text += summary_line("Sample rate", fmt::format("{:.2f} sequences/s", stats.sample_rate));
  text += summary_line("Token rate", fmt::format("{:.2f} tokens/s, {:.4f} tokens/s per processor",
                                                 tokens, tokens / processors));
  text += summary_line("Model throughput",
                       fmt::format("{:.2f} TFLOP/s per processor", rate.needed / kTera));
  text += summary_line("Model-flops util.", fmt::format("{:.2f}%", 100 * rate.utilization()));
  text += memory_line(1, stats.proc_mem_tier1_cap_req, system.mem1.capacity_bytes);
  text += memory_line(2, stats.proc_mem_tier2_cap_req, system.mem2.capacity_bytes);
  text += "Where the time goes\n";
  text += time_bars(stats, strategy.preset, color);
  return text;
}

std::string why_not_text(const Infeasible& infeasible, const WhyNot& why) {
  std::string text = fmt::format("infeasible: {}\n", describe(infeasible));
  for (const WhyNot::Share& share : why.tier_shares) {
    text += fmt::format("  {:<24}{:>14}\n", share.what, bytes_text(share.bytes));
  }
  if (!why.nearest) {
    return text + "no change of a single setting would come closer to fitting\n";
  }
  const WhyNot::Change& change = *why.nearest;
  text += fmt::format("closest change: {} {} -> {}, ", change.setting, change.from, change.to);
  if (change.remaining) {
    text += fmt::format("still infeasible: {}\n", describe(*change.remaining));
  } else {
    text += fmt::format("which fits, with a batch time of {:.4f} s\n", change.total_time);
  }
  return text;
}

}  // namespace calculon
