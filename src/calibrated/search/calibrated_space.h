#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"
#include "calibrated/search/choice_list.h"
#include "calibrated/search/wanted_settings.h"
#include "launch/framework.h"

namespace calculon {

// What a search over executions of the calibrated methodology may choose from.
struct CalibratedSpaceOptions {
  std::int64_t num_procs = 1;
  std::int64_t batch_size = 1;  // sequences, exactly
  Datatype gemm_datatype = Datatype::kBfloat16;
  WantedSettings wanted;
  std::optional<Framework> launchable;  // reject what this framework cannot run
};

// What is stored where products are of a datatype.
Datatype stored_datatype(Datatype products);

// One set of degrees of parallelism, the outer loops of the space.
struct CalibratedDegrees {
  std::int64_t tensor_par = 1;
  std::int64_t pipeline_par = 1;
  PipelineBalance balance = PipelineBalance::kBlocks;
  std::int64_t context_par = 1;
  std::int64_t data_par = 1;
  std::int64_t microbatch_size = 1;
  std::int64_t expert_tensor_par = 1;
  std::int64_t expert_par = 1;
  std::vector<std::int64_t> interleavings;
  std::size_t choices = 0;       // the number of their list
  std::int64_t first_index = 0;  // in the space

  bool operator==(const CalibratedDegrees&) const = default;
};

// The space of section 15: every execution has an index in the order of enumeration, tensor
// parallelism outermost, then pipeline, context, microbatch, the degrees of experts, interleaving
// and the choices. A setting that a user names takes the values that are wanted, also those that
// the search would not try by itself, as far as they divide what they have to.
class CalibratedSpace {
 public:
  // Throws InputError if wanted choices contradict each other, and by rules KC21 and KC22.
  CalibratedSpace(const Transformer& model, const System& system,
                  const CalibratedSpaceOptions& options);

  std::int64_t size() const { return size_; }
  const std::vector<CalibratedDegrees>& degrees() const { return degrees_; }
  const ChoiceList& choices(const CalibratedDegrees& degrees) const {
    return lists_[degrees.choices];
  }
  std::int64_t size_of(const CalibratedDegrees& degrees) const {
    return static_cast<std::int64_t>(degrees.interleavings.size() *
                                     choices(degrees).executions.size());
  }
  // The execution with an index from 0 on below size().
  CalibratedExecution at(std::int64_t index) const;
  // What all executions share, and its choices as they are if no loop changes them.
  const CalibratedExecution& base() const { return base_; }
  const std::optional<Framework>& launchable() const { return launchable_; }
  // The choices that are named, in the order of their loops.
  const std::vector<std::string_view>& opened() const { return opened_; }
  // The choices that no loop varies, of which an execution has its framework's; those of experts
  // for mixtures only.
  std::vector<std::string_view> closed() const;
  // The keys that a loop sets, and those that go with them, for files of results.
  std::vector<std::string_view> keys() const;

 private:
  bool experts_ = false;
  std::optional<Framework> launchable_;
  std::vector<std::string_view> opened_;  // choices that are named
  CalibratedExecution base_;
  std::vector<CalibratedDegrees> degrees_;
  std::vector<ChoiceList> lists_;
  std::int64_t size_ = 0;
};

// Puts degrees and one of their interleavings into an execution that has its choices.
inline void set_degrees(CalibratedExecution& e, const CalibratedDegrees& degrees,
                        std::int64_t interleaving) {
  e.tensor_par = degrees.tensor_par;
  e.pipeline_par = degrees.pipeline_par;
  e.pipeline_balance = degrees.balance;
  e.context_par = degrees.context_par;
  e.data_par = degrees.data_par;
  e.microbatch_size = degrees.microbatch_size;
  e.expert_tensor_par = degrees.expert_tensor_par;
  e.expert_par = degrees.expert_par;
  e.pipeline_interleaving = interleaving;
}

}  // namespace calculon
