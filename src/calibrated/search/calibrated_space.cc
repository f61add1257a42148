#include "calibrated/search/calibrated_space.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "calculon/base/input_error.h"
#include "calibrated/machine.h"
#include "calibrated/search/degree_loops.h"

namespace calculon {
namespace {

CalibratedExecution shared_by_all(const CalibratedSpaceOptions& options) {
  CalibratedExecution base;
  base.num_procs = options.num_procs;
  base.batch_size = options.batch_size;
  base.gemm_datatype = options.gemm_datatype;
  base.datatype = stored_datatype(options.gemm_datatype);
  base.param_gather_datatype = base.datatype;
  base.loss_kind = LossKind::kInPlace;
  return base;
}

// Wanted choices may contradict each other, or the datatype; they do so with any degrees.
void check_choices(const ChoiceList& list, const CalibratedDegrees& degrees) {
  for (CalibratedExecution e : list.executions) {
    set_degrees(e, degrees, degrees.interleavings.front());
    if (const std::string line = contradiction(e); !line.empty()) {
      throw InputError(line);
    }
  }
}

// The choices that are varied though they are not named.
constexpr std::array<std::string_view, 2> kLoops = {"activation_recompute", "data_par_sharding"};

bool is_of_experts(const CalibratedSetting& setting) {
  return setting.key.starts_with("expert_");
}

}  // namespace

Datatype stored_datatype(Datatype products) {
  return products == Datatype::kFloat16 ? Datatype::kFloat16 : Datatype::kBfloat16;
}

CalibratedSpace::CalibratedSpace(const Transformer& model, const System& system,
                                 const CalibratedSpaceOptions& options)
    : experts_(model.details.num_experts > 0),
      launchable_(options.launchable),
      base_(shared_by_all(options)),
      degrees_(calibrated_degrees(model, machine_of(system, base_).domain, options)) {
  for (const CalibratedSetting& setting : calibrated_choice_settings()) {
    if (options.wanted.names(setting.key)) {
      opened_.push_back(setting.key);
    }
  }
  std::map<RankContext, std::size_t> numbers;
  for (CalibratedDegrees& d : degrees_) {
    const RankContext context{d.tensor_par > 1, d.data_par * d.context_par > 1, d.pipeline_par > 1};
    const auto [number, is_new] = numbers.try_emplace(context, lists_.size());
    if (is_new) {
      lists_.push_back(choice_list(base_, options.wanted, context));
      check_choices(lists_.back(), d);
    }
    d.choices = number->second;
    d.first_index = size_;
    size_ += size_of(d);
  }
}

CalibratedExecution CalibratedSpace::at(std::int64_t index) const {
  const auto behind = std::upper_bound(
      degrees_.begin(), degrees_.end(), index,
      [](std::int64_t wanted, const CalibratedDegrees& d) { return wanted < d.first_index; });
  const CalibratedDegrees& d = *(behind - 1);
  const ChoiceList& list = choices(d);
  const auto place = static_cast<std::size_t>(index - d.first_index);
  CalibratedExecution e = list.executions[place % list.executions.size()];
  set_degrees(e, d, d.interleavings[place / list.executions.size()]);
  return e;
}

std::vector<std::string_view> CalibratedSpace::closed() const {
  std::vector<std::string_view> keys;
  for (const CalibratedSetting& setting : calibrated_choice_settings()) {
    const bool varied = std::find(kLoops.begin(), kLoops.end(), setting.key) != kLoops.end() ||
                        std::find(opened_.begin(), opened_.end(), setting.key) != opened_.end();
    if (!varied && (experts_ || !is_of_experts(setting))) {
      keys.push_back(setting.key);
    }
  }
  return keys;
}

std::vector<std::string_view> CalibratedSpace::keys() const {
  static constexpr std::array<std::string_view, 8> kAlways = {
      "num_procs",    "batch_size",       "datatype",  "gemm_datatype",
      "sequence_par", "attention_kernel", "loss_kind", "grad_reduce_datatype"};
  std::vector<std::string_view> keys(kAlways.begin(), kAlways.end());
  keys.insert(keys.end(), kLoops.begin(), kLoops.end());
  keys.insert(keys.end(), opened_.begin(), opened_.end());
  for (const CalibratedSetting& setting : calibrated_degree_settings()) {
    if (experts_ || !is_of_experts(setting)) {
      keys.push_back(setting.key);
    }
  }
  if (experts_) {
    keys.push_back("expert_dispatch");
  }
  return keys;
}

}  // namespace calculon
