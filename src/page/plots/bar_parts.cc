#include "page/plots/bar_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "calculon/calibrated/calibrated_stats.h"
#include "calculon/statistics/stats.h"
#include "page/calibrated_columns.h"

namespace calculon {
namespace {

// A part of the published statistics: those with a role, or with either of two.
struct RolePart {
  std::string_view name;
  Role role;
  Role other;
  bool always;
  std::string_view color;
  unsigned offload = 0;
};

// They add up to total_time. The published stack leaves out repeated communication (quirk S1) and
// exposed offload (quirk S6).
constexpr std::array kTimeRoles = {
    RolePart{"FW pass", Role::kForward, Role::kForward, true, "#4c78a8"},
    RolePart{"BW pass", Role::kBackward, Role::kBackward, true, "#82add1"},
    RolePart{"Optim step", Role::kOptimizer, Role::kOptimizer, true, "#8b8f94"},
    RolePart{"PP bubble", Role::kBubble, Role::kBubble, true, "#e45756"},
    RolePart{"FW recompute", Role::kRecompute, Role::kRecompute, true, "#b279a2"},
    RolePart{"TP comm", Role::kTensorComm, Role::kTensorComm, true, "#f58518"},
    RolePart{"EP comm", Role::kExpertComm, Role::kExpertComm, false, "#ff8aa0"},
    RolePart{"ES comm", Role::kExpertSliceComm, Role::kExpertSliceComm, false, "#9d755d"},
    RolePart{"PP comm", Role::kPipelineComm, Role::kPipelineComm, true, "#d8a31f"},
    RolePart{"DP comm", Role::kDataComm, Role::kDataComm, true, "#54a24b"},
    RolePart{"Offload exposed", Role::kOffload, Role::kOffload, false, "#72b7b2"},
    RolePart{"Vocabulary", Role::kVocabulary, Role::kVocabulary, false, "#b6992d"},
};
static_assert(kTimeRoles.size() == kTimeParts.size(),
              "a part of the batch time has no part of a bar");

// They add up to proc_mem_tier1_cap_req: of what is offloaded, the part that stays in tier 1. The
// published stack has the names of both gradients swapped (quirk S2).
constexpr std::array kSpaceRoles = {
    RolePart{"Weight", Role::kWeights, Role::kWeights, true, "#4c78a8", 1},
    RolePart{"Activation", Role::kActivations, Role::kCheckpoints, true, "#f58518", 2},
    RolePart{"Weight gradients", Role::kWeightGrads, Role::kWeightGrads, true, "#54a24b", 4},
    RolePart{"Activation gradients", Role::kActivationGrads, Role::kActivationGrads, true,
             "#b279a2"},
    RolePart{"Optimizer space", Role::kOptimizerState, Role::kOptimizerState, true, "#d8a31f", 4},
};
static_assert(kSpaceRoles.size() + 1 == kMemoryParts.size(),
              "a part of the memory has no part of a bar");

template <class RoleParts>
std::vector<BarPart> parts_of_roles(const RoleParts& role_parts) {
  std::vector<BarPart> parts;
  for (const RolePart& of : role_parts) {
    BarPart part = {std::string(of.name), "", {}, of.always, of.color, of.offload};
    std::size_t count = 0;
    for (const StatField& field : kStatsFields) {
      if (field.role == of.role || field.role == of.other) {
        part.columns.at(count++) = field.name;
      }
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

const std::vector<BarPart>& published_times() {
  static const std::vector<BarPart> kTimes = parts_of_roles(kTimeRoles);
  return kTimes;
}
const std::vector<BarPart>& published_spaces() {
  static const std::vector<BarPart> kSpaces = parts_of_roles(kSpaceRoles);
  return kSpaces;
}

// Of the parts of a step, in the order of their rows.
constexpr std::array<std::string_view, kStepTimeFields.size()> kStepColors = {
    "#4c78a8", "#82add1", "#b3cde3", "#c5b0d5", "#f58518", "#d8a31f", "#ff8aa0",
    "#b279a2", "#9d755d", "#2f4b7c", "#9ecae9", "#e45756", "#ffbf79", "#54a24b",
    "#8b8f94", "#88d27a", "#79706e", "#d6a5c9", "#bab0ac"};

// "tensor_par" -> "tensor parallelism", "tied_embedding" -> "tied embedding".
std::string part_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words + (words.ends_with(" par") ? "allelism" : "");
}

const std::vector<BarPart>& calibrated_times() {
  static const std::vector<BarPart> kTimes = [] {
    std::vector<BarPart> parts;
    for (std::size_t i = 0; i < kStepTimeFields.size(); ++i) {
      const auto& field = kStepTimeFields.at(i);
      parts.push_back({part_words(field.name),
                       std::string(field.help),
                       {kTimePrefix + std::string(field.name), ""},
                       false,
                       kStepColors.at(i)});
    }
    return parts;
  }();
  return kTimes;
}

constexpr std::array<std::string_view, kStagePeakParts.size()> kStageColors = {
    "#4c78a8", "#54a24b", "#d8a31f", "#8b8f94", "#9d755d", "#f58518", "#e45756", "#b279a2"};

// They add up to the peak of a stage. In float16, gradients take less there than between steps.
const std::vector<BarPart>& calibrated_spaces() {
  static const std::vector<BarPart> kSpaces = [] {
    std::vector<BarPart> parts;
    for (const auto& field : kStageMemoryFields) {
      const auto found = std::find(kStagePeakParts.begin(), kStagePeakParts.end(), field.member);
      if (found != kStagePeakParts.end()) {
        parts.push_back({part_words(field.name),
                         std::string(field.help),
                         {kStagePrefix + std::string(field.name), ""},
                         false,
                         kStageColors.at(static_cast<std::size_t>(found - kStagePeakParts.begin())),
                         0,
                         field.member == &StageMemory::gradients});
      }
    }
    return parts;
  }();
  return kSpaces;
}

double sum_of(const BarPart& part, const Table& table, std::size_t row, std::string_view suffix) {
  double sum = 0;
  for (const std::string& column : part.columns) {
    if (!column.empty()) {
      sum += table.number(row, column + std::string(suffix)).value_or(0);
    }
  }
  return sum;
}

// What an execution keeps in tier 2: a bit per flag, in their order.
constexpr std::array<std::string_view, 3> kOffloadFlags = {"weight_offload", "activations_offload",
                                                           "optimizer_offload"};
constexpr std::string_view kOffloaded = "_with_offload";

double tier1_amount(const BarPart& part, const Table& table, std::size_t row, unsigned offloads) {
  const bool offloaded = (part.offload & offloads) != 0;
  return sum_of(part, table, row, offloaded ? kOffloaded : "");
}

// Statistics without their execution tell it by their sum.
unsigned likely_offloads(const Table& table, std::size_t row) {
  const double wanted = table.number(row, "proc_mem_tier1_cap_req").value_or(0);
  unsigned best = 0;
  double least_gap = std::numeric_limits<double>::infinity();
  for (unsigned offloads = 0; offloads < 1U << kOffloadFlags.size(); ++offloads) {
    double sum = 0;
    for (const BarPart& part : published_spaces()) {
      sum += tier1_amount(part, table, row, offloads);
    }
    if (std::fabs(sum - wanted) < least_gap) {
      least_gap = std::fabs(sum - wanted);
      best = offloads;
    }
  }
  return best;
}

unsigned offloads_of(const Table& table, std::size_t row) {
  if (table.number(row, "proc_mem_tier2_cap_req").value_or(0) == 0) {
    return 0;
  }
  unsigned offloads = 0;
  for (std::size_t i = 0; i < kOffloadFlags.size(); ++i) {
    const Cell& flag = table.value(row, kOffloadFlags[i]);
    if (!flag.is_flag()) {
      return likely_offloads(table, row);
    }
    offloads |= flag.flag() ? 1U << i : 0;
  }
  return offloads;
}

bool any_has(const std::string& column, const Table& table, const RowNumbers& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](std::size_t row) { return table.number(row, column).has_value(); });
}

}  // namespace

std::vector<BarPart> shown_parts(Whole whole, const Table& table, const RowNumbers& rows) {
  const bool time = whole == Whole::kTime;
  const bool calibrated = any_has(time ? kTimePrefix + "products" : kStagePeak, table, rows);
  std::vector<BarPart> all;
  if (!calibrated || any_has(time ? "fw_time" : "weight_space", table, rows)) {
    all = time ? published_times() : published_spaces();
  }
  if (calibrated) {
    const auto& more = time ? calibrated_times() : calibrated_spaces();
    all.insert(all.end(), more.begin(), more.end());
  }
  std::erase_if(all, [&](const BarPart& part) {
    return !part.always && std::none_of(rows.begin(), rows.end(), [&](std::size_t row) {
      return sum_of(part, table, row, "") != 0;
    });
  });
  return all;
}

std::vector<double> part_amounts(Whole whole, const std::vector<BarPart>& parts, const Table& table,
                                 std::size_t row) {
  const unsigned offloads = whole == Whole::kMemory ? offloads_of(table, row) : 0;
  std::vector<double> amounts;
  for (const BarPart& part : parts) {
    amounts.push_back(tier1_amount(part, table, row, offloads));
  }
  const auto peak = table.number(row, kStagePeak);
  for (std::size_t i = 0; i < parts.size() && peak; ++i) {
    if (parts[i].takes_rest) {
      const double sum = std::accumulate(amounts.begin(), amounts.end(), 0.0);
      amounts[i] = std::max(0.0, amounts[i] + *peak - sum);
    }
  }
  return amounts;
}

std::optional<double> whole_amount(Whole whole, const Table& table, std::size_t row) {
  if (whole == Whole::kTime) {
    return table.number(row, "total_time");
  }
  const auto peak = table.number(row, kStagePeak);
  return peak ? peak : table.number(row, "proc_mem_tier1_cap_req");
}

std::vector<std::string> part_notes(Whole whole, const std::vector<BarPart>& parts,
                                    const Table& table, const RowNumbers& rows) {
  constexpr double kRounding = 1e-6;
  bool incomplete = false;
  bool negative = false;
  for (const std::size_t row : rows) {
    const auto wanted = whole_amount(whole, table, row);
    const auto amounts = part_amounts(whole, parts, table, row);
    const double sum = std::accumulate(amounts.begin(), amounts.end(), 0.0);
    if (!table.ok(row) || !wanted) {
      continue;
    }
    incomplete = incomplete || sum < *wanted * (1 - kRounding);
    negative = negative || std::any_of(amounts.begin(), amounts.end(), [&](double amount) {
                 return amount < -kRounding * *wanted;
               });
  }
  std::vector<std::string> notes;
  if (incomplete) {
    notes.emplace_back("The table lacks some parts, so the bars are less than the whole.");
  }
  if (negative) {
    notes.emplace_back("A slowdown below 1 shortens the step: what it takes off is not drawn.");
  }
  return notes;
}

}  // namespace calculon
