#include "text/compare_report.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "calculon/base/quantity_text.h"
#include "text/calibrated_report.h"
#include "text/json_report.h"

namespace calculon {
namespace {

// The name of the sum of all parts of the time.
constexpr std::string_view kWholeStep = "step";

// Which parts of either model are one for the comparison.
struct TimeRow {
  std::string_view name;
  std::vector<Role> published;
  std::vector<double StepTime::*> calibrated;
};

struct MemoryRow {
  std::string_view name;
  std::vector<Role> published;
  std::vector<double StageMemory::*> calibrated;
};

const std::array<TimeRow, 11>& time_rows() {
  using T = StepTime;
  static const std::array<TimeRow, 11> kRows = {{
      {"compute",
       {Role::kForward, Role::kBackward, Role::kVocabulary},
       {&T::products, &T::attention, &T::elementwise, &T::casts, &T::head, &T::embedding}},
      {"recompute", {Role::kRecompute}, {&T::recompute}},
      {"tensor traffic", {Role::kTensorComm}, {&T::tensor_par}},
      {"expert traffic", {Role::kExpertComm, Role::kExpertSliceComm}, {&T::expert_par}},
      {"context traffic", {}, {&T::context_par}},
      {"pipeline traffic", {Role::kPipelineComm}, {&T::pipeline_par}},
      {"data traffic", {Role::kDataComm}, {&T::data_par, &T::tied_embedding}},
      {"bubble", {Role::kBubble}, {&T::bubble}},
      {"optimizer", {Role::kOptimizer}, {&T::optimizer}},
      {"offload", {Role::kOffload}, {}},
      {"host, stragglers", {}, {&T::host, &T::slowdown, &T::straggler, &T::step}},
  }};
  return kRows;
}

const std::array<MemoryRow, 5>& memory_rows() {
  using S = StageMemory;
  static const std::array<MemoryRow, 5> kRows = {{
      {"parameters", {Role::kWeights}, {&S::parameters}},
      {"gradients", {Role::kWeightGrads}, {&S::gradients}},
      {"optimizer state", {Role::kOptimizerState}, {&S::optimizer}},
      {"activations",
       {Role::kActivations, Role::kCheckpoints, Role::kActivationGrads},
       {&S::activations, &S::working}},
      {"buffers", {}, {&S::workspaces, &S::retained, &S::gathered}},
  }};
  return kRows;
}

// The sum of the roles that a preset has; nothing if it has none.
std::optional<double> published_sum(const Stats* stats, Preset preset,
                                    std::span<const Role> roles) {
  std::optional<double> sum;
  if (stats == nullptr) {
    return sum;
  }
  for (const Role role : roles) {
    if (const auto part = sum_of(*stats, role, preset)) {
      sum = sum.value_or(0) + *part;
    }
  }
  return sum;
}

template <class Record>
std::optional<double> calibrated_sum(const Record& record,
                                     std::span<double Record::*const> members) {
  std::optional<double> sum;
  for (const auto member : members) {
    sum = sum.value_or(0) + record.*member;
  }
  return sum;
}

// A stage with its gradients as they are at the peak, where those of float16 are half as long.
StageMemory at_peak(StageMemory stage) {
  stage.gradients = stage.peak - stage.parameters - stage.optimizer - stage.workspaces -
                    stage.retained - stage.activations - stage.working - stage.gathered;
  return stage;
}

std::string figure_text(const std::optional<double>& value, Unit unit) {
  if (!value) {
    return "-";
  }
  return unit == Unit::kBytes ? bytes_text(*value) : fmt::format("{:.4f} s", *value);
}

}  // namespace

std::vector<ComparedPart> compared_parts(const Stats* published, Preset preset,
                                         const CalibratedStats& calibrated) {
  std::vector<ComparedPart> parts;
  for (const TimeRow& row : time_rows()) {
    parts.push_back({row.name, Unit::kSeconds, published_sum(published, preset, row.published),
                     calibrated_sum<StepTime>(calibrated.time, row.calibrated)});
  }
  const auto of_published = [&](double Stats::*member) {
    return published != nullptr ? std::optional(published->*member) : std::nullopt;
  };
  parts.push_back(
      {kWholeStep, Unit::kSeconds, of_published(&Stats::total_time), calibrated.total_time});
  const StageMemory fullest =
      at_peak(calibrated.stages[static_cast<std::size_t>(calibrated.memory.peak_stage)]);
  for (const MemoryRow& row : memory_rows()) {
    parts.push_back({row.name, Unit::kBytes, published_sum(published, preset, row.published),
                     calibrated_sum<StageMemory>(fullest, row.calibrated)});
  }
  parts.push_back({"memory", Unit::kBytes, of_published(&Stats::proc_mem_tier1_cap_req),
                   calibrated.memory.peak});
  return parts;
}

std::string compare_text(const std::vector<ComparedPart>& parts, const Uncertainty& uncertainty) {
  std::string text =
      fmt::format("{:<18}{:>16}{:>16}{:>10}\n", "Comparison", "published", "calibrated", "ratio");
  for (const ComparedPart& part : parts) {
    const bool both = part.published && part.calibrated && *part.published > 0;
    text +=
        fmt::format("  {:<16}{:>16}{:>16}{:>10}\n", part.name,
                    figure_text(part.published, part.unit), figure_text(part.calibrated, part.unit),
                    both ? fmt::format("{:.3f}", *part.calibrated / *part.published) : "-");
  }
  return text + fmt::format("The calibrated step is good for {}: {}.\n",
                            uncertainty_text(uncertainty), uncertainty.basis);
}

Json compare_json(const std::vector<ComparedPart>& parts, const Uncertainty& uncertainty) {
  const auto figure = [](const std::optional<double>& value) {
    return value ? to_json(*value) : Json();
  };
  Json rows = Json::array();
  for (const ComparedPart& part : parts) {
    rows.push_back({{"part", part.name},
                    {"unit", unit_name(part.unit)},
                    {"published", figure(part.published)},
                    {"calibrated", figure(part.calibrated)}});
    if (part.name == kWholeStep) {
      rows.back()["uncertainty"] = uncertainty_json(uncertainty);
    }
  }
  return rows;
}

}  // namespace calculon
