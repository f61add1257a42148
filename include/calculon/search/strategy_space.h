#pragma once

#include <cstdint>
#include <vector>

#include "calculon/hardware/system.h"
#include "calculon/strategy/setting_filter.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// What a search may choose from.
struct SpaceOptions {
  std::int64_t num_procs = 1;
  std::int64_t max_batch_size = 1;
  Datatype datatype = Datatype::kFloat16;
  std::vector<bool> fused_activation = {true};  // values to try, in order
  SettingFilter filter;
};

// The settings that can be chosen whatever the degrees of parallelism are.
struct FreeSettings {
  ActivationRecompute activation_recompute;
  bool optimizer_sharding;
  TensorParCommType tensor_par_comm_type;
  bool seq_par_ag_redo;
  bool data_par_overlap;
  TensorParOverlap tensor_par_overlap;
  bool weight_offload;
  bool activations_offload;
  bool optimizer_offload;
  bool fused_activation;
};

// The published search space (docs/model.md, "Searching"): every way of running one model on a
// number of processors with the largest batch that its replicas can share. A strategy has an index
// in the published order of enumeration, whatever order a search visits it in.
//
//   cell      tensor, pipeline and data degree, with the microbatches and network tiers they allow
//   group     a cell with an interleaving; its strategies have consecutive indices:
//             free settings, then microbatches, then tiers of tensor, pipeline and data traffic
class StrategySpace {
 public:
  struct Group {
    std::int64_t pipeline_interleaving;
    std::int64_t first_index;
  };
  struct Cell {
    std::int64_t tensor_par;
    std::int64_t pipeline_par;
    std::int64_t data_par;
    std::int64_t batch_size;
    std::vector<std::int64_t> microbatches;  // ascending
    std::vector<std::int64_t> tensor_nets;
    std::vector<std::int64_t> pipeline_nets;
    std::vector<std::int64_t> data_nets;
    std::vector<Group> groups;
    const std::vector<FreeSettings>* settings;

    std::int64_t placements() const {
      return static_cast<std::int64_t>(tensor_nets.size() * pipeline_nets.size() *
                                       data_nets.size());
    }
    std::int64_t group_size() const {
      return static_cast<std::int64_t>(settings->size() * microbatches.size()) * placements();
    }
    // Index of a strategy of this cell by its place in each list; `placement` counts tiers with
    // those of data traffic fastest.
    std::int64_t index(const Group& group, std::size_t setting, std::size_t microbatch,
                       std::int64_t placement) const {
      return group.first_index +
             static_cast<std::int64_t>(setting * microbatches.size() + microbatch) * placements() +
             placement;
    }
  };

  // Throws InputError if the space has more strategies than can be counted.
  StrategySpace(const Transformer& transformer, const System& system, const SpaceOptions& options);
  StrategySpace(const StrategySpace&) = delete;  // cells point into it
  StrategySpace& operator=(const StrategySpace&) = delete;

  const std::vector<Cell>& cells() const { return cells_; }
  std::int64_t size() const { return size_; }
  Datatype datatype() const { return options_.datatype; }
  // How many strategies there are with one microbatch size for each choice of the others.
  std::int64_t size_with_first_microbatch() const;

  // The strategy with index 0 <= index < size().
  Strategy at(std::int64_t index) const;
  // The strategy of a cell without its nets, microbatch and free settings.
  Strategy base(const Cell& cell, const Group& group) const;
  static void apply(const FreeSettings& settings, Strategy& strategy);

 private:
  void add_cells(std::int64_t tensor_par);
  void add_cell(std::int64_t tensor_par, std::int64_t pipeline_par);
  std::vector<std::int64_t> microbatches(std::int64_t tensor_par, std::int64_t local_batch) const;
  std::vector<std::int64_t> nets(std::string_view setting, std::int64_t degree) const;
  std::vector<FreeSettings> free_settings(bool tensor_parallel, bool data_parallel) const;

  const Transformer& transformer_;
  const System& system_;
  SpaceOptions options_;
  std::vector<FreeSettings> settings_[2][2];  // [tensor_par > 1][data_par > 1]
  std::vector<Cell> cells_;
  std::int64_t size_ = 0;
};

}  // namespace calculon
