#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "planner/plan/slice_sums.h"

namespace calculon {

// Spreads layers over stages in proportion to the stages' capacities (docs/hetero.md, "Layers").
// Every layer is cut into seven slices, which are handed out; then a layer goes to the stage that
// owns most of it. One balancer serves many calls, and none of them allocates once the number of
// stages has been seen.
class LayerBalancer {
 public:
  inline static constexpr int kSlices = 7;  // of a layer
  inline static constexpr int kMajority = 4;

  // `durations` are the layers' shares of the time. Layers that nobody owns four slices of are lost
  // (quirk H13) unless `keep_all`.
  explicit LayerBalancer(const std::vector<double>& durations, bool keep_all = false);

  // `partition` becomes the first layer of each stage and, one more, the end of the last.
  void balance(std::span<const double> capacities, std::span<std::int32_t> partition);

  // The passes of balance(), in their order.
  void hand_out_forward(std::span<const double> capacities);
  void hand_out_backward();
  void fill_gaps();
  void count_layers(std::span<const double> capacities);
  void adjust();

  std::size_t num_stages() const { return stages_.size(); }
  int num_slices(std::size_t stage) const { return stages_[stage].slices; }
  int num_layers(std::size_t stage) const { return stages_[stage].layers; }
  // The stage of each layer; below 0 for lost ones.
  const std::vector<std::int16_t>& stage_of_layer() const { return stage_of_layer_; }

 private:
  struct Stage {
    int slices;
    int first_slice;  // of a stage with slices
    int last_slice;
    int layers;
    int first_layer;  // of a stage with layers
    int last_layer;
  };

  // How often a slice's weight fits into a capacity, one subtraction after the other: a product
  // would round differently. Most stages ask what others asked before.
  struct FittingSlices {
    double capacity = -1;
    double weight = -1;
    double remaining = 0;
    int count = 0;
  };
  const FittingSlices& fitting_slices(double capacity, double weight);
  // The last partition that a hash was seen with: neighbouring plans often have the same
  // capacities, to the last bit.
  struct Balanced {
    std::vector<double> capacities;
    std::vector<std::int32_t> partition;
  };
  Balanced& balanced_slot(std::span<const double> capacities);
  void partition_layers(std::span<const double> capacities, std::span<std::int32_t> partition);
  int take(double& capacity, int slice, int end);
  int take_down(double& capacity, int slice, int end);
  void give(int slice, std::size_t to);
  void claim_layers(std::size_t stage);
  void claim_part(int first, int last, std::size_t stage);
  int owner_of_open_layer(std::size_t layer) const;
  void put_layer(int layer, std::size_t stage);
  void move_layer(int layer, std::size_t from, std::size_t to);

  std::vector<double> durations_;
  SliceSums duration_sums_;
  bool keep_all_;
  int end_slice_;
  std::vector<double> weights_;  // of slices
  std::vector<int> same_until_;  // the end of the run of equal weights that a slice is in
  std::vector<int> same_from_;   // its begin
  std::vector<FittingSlices> fitting_slices_;  // a cache
  std::vector<Balanced> balanced_;             // a cache
  std::vector<Stage> stages_;
  std::vector<double> remaining_;  // capacity of each stage
  std::vector<int> unassigned_;    // slices that no stage took, ascending
  int tail_ = 0;                   // all slices from here on are unassigned after the forward pass
  // Of each slice, where no stage has most of its layer before the gaps are filled.
  std::vector<std::int16_t> owners_;
  std::vector<std::int16_t> stage_of_layer_;
};

}  // namespace calculon
