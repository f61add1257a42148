#include "planner/plan/layer_balancer.h"

#include <algorithm>
#include <bit>

namespace calculon {
namespace {

constexpr int kFittingBits = 10;
constexpr int kBalancedBits = 6;
constexpr std::uint64_t kOddConstant = 0x9E3779B97F4A7C15;
// The forward pass never gives away the last eight slices.
constexpr int kKeptSlices = LayerBalancer::kSlices + 1;
constexpr std::int16_t kNobody = -1;
// Adjusting tries four moves and never keeps the last.
constexpr int kKeptMoves = 3;

std::size_t fitting_slot(double capacity) {
  return std::bit_cast<std::uint64_t>(capacity) * kOddConstant >> (64 - kFittingBits);
}

}  // namespace

LayerBalancer::LayerBalancer(const std::vector<double>& durations, bool keep_all)
    : durations_(durations),
      duration_sums_(durations),
      keep_all_(keep_all),
      end_slice_(kSlices * static_cast<int>(durations.size())),
      fitting_slices_(std::size_t{1} << kFittingBits),
      balanced_(std::size_t{1} << kBalancedBits),
      owners_(static_cast<std::size_t>(end_slice_)),
      stage_of_layer_(durations.size()) {
  for (const double duration : durations) {
    weights_.insert(weights_.end(), kSlices, duration / kSlices);
  }
  same_from_.resize(weights_.size());
  same_until_.resize(weights_.size(), end_slice_);
  for (std::size_t i = 1; i < weights_.size(); ++i) {
    same_from_[i] = weights_[i] == weights_[i - 1] ? same_from_[i - 1] : static_cast<int>(i);
    const std::size_t j = weights_.size() - 1 - i;
    same_until_[j] = weights_[j] == weights_[j + 1] ? same_until_[j + 1] : static_cast<int>(j) + 1;
  }
}

const LayerBalancer::FittingSlices& LayerBalancer::fitting_slices(double capacity, double weight) {
  FittingSlices& slices = fitting_slices_[fitting_slot(capacity)];
  if (slices.capacity != capacity || slices.weight != weight) {
    double remaining = capacity;  // local, or each turn would wait for its store
    int count = 0;
    for (; remaining > weight && count < end_slice_; ++count) {
      remaining -= weight;
    }
    slices = {capacity, weight, remaining, count};
  }
  return slices;
}

// Takes slices upwards as long as `capacity` is larger than the next one's weight; returns the
// first that is not taken.
int LayerBalancer::take(double& capacity, int slice, int end) {
  while (slice < end) {
    const auto at = static_cast<std::size_t>(slice);
    const int stop = std::min(same_until_[at], end);
    const FittingSlices& slices = fitting_slices(capacity, weights_[at]);
    if (slice + slices.count < stop) {
      capacity = slices.remaining;
      return slice + slices.count;
    }
    for (; slice < stop; ++slice) {
      capacity -= weights_[at];
    }
  }
  return slice;
}

// The same downwards from `slice` - 1; returns the last that is taken.
int LayerBalancer::take_down(double& capacity, int slice, int end) {
  while (slice > end) {
    const auto at = static_cast<std::size_t>(slice - 1);
    const int stop = std::max(same_from_[at], end);
    const FittingSlices& slices = fitting_slices(capacity, weights_[at]);
    if (slice - slices.count > stop) {
      capacity = slices.remaining;
      return slice - slices.count;
    }
    for (; slice > stop; --slice) {
      capacity -= weights_[at];
    }
  }
  return slice;
}

void LayerBalancer::hand_out_forward(std::span<const double> capacities) {
  stages_.resize(capacities.size());
  remaining_.assign(capacities.begin(), capacities.end());
  unassigned_.clear();
  const int limit = std::max(0, end_slice_ - kKeptSlices);
  int next = 0;
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    Stage& stage = stages_[s];
    stage.slices = 0;
    if (s + 1 == stages_.size() || next >= limit) {
      continue;
    }
    const int end = take(remaining_[s], next, limit);
    stage.slices = end - next;
    stage.first_slice = next;
    stage.last_slice = end - 1;
    next = end;
    if (next < limit) {
      unassigned_.push_back(next++);
    }
  }
  tail_ = next;
}

void LayerBalancer::hand_out_backward() {
  // Slices below the tail that nobody has either, without a gap.
  int begin = tail_;
  std::size_t num_below = unassigned_.size();
  for (; num_below > 0 && unassigned_[num_below - 1] == begin - 1; --num_below) {
    --begin;
  }
  Stage& last = stages_.back();
  double& remaining = remaining_.back();
  int slice = end_slice_;
  for (int i = 0; i < kSlices; ++i) {  // whatever the capacity
    remaining -= weights_[static_cast<std::size_t>(--slice)];
  }
  slice = take_down(remaining, slice, begin);
  last.slices = end_slice_ - slice;
  last.first_slice = slice;
  last.last_slice = end_slice_ - 1;

  unassigned_.resize(num_below);
  for (; begin < slice; ++begin) {
    unassigned_.push_back(begin);
  }
}

void LayerBalancer::give(int slice, std::size_t to) {
  Stage& stage = stages_[to];
  if (stage.slices == 0) {
    stage.first_slice = slice;
    stage.last_slice = slice;
  } else {
    stage.first_slice = std::min(stage.first_slice, slice);
    stage.last_slice = std::max(stage.last_slice, slice);
  }
  ++stage.slices;
  remaining_[to] -= weights_[static_cast<std::size_t>(slice)];
  owners_[static_cast<std::size_t>(slice)] = static_cast<std::int16_t>(to);
}

// Part of a layer: it settles whose the layer is, or is noted for when the gaps are filled.
void LayerBalancer::claim_part(int first, int last, std::size_t stage) {
  if (last - first + 1 >= kMajority) {
    put_layer(first / kSlices, stage);
  } else {
    std::fill(owners_.begin() + first, owners_.begin() + last + 1,
              static_cast<std::int16_t>(stage));
  }
}

// The layers of a stage's interval of slices.
void LayerBalancer::claim_layers(std::size_t number) {
  Stage& stage = stages_[number];
  const int first = stage.first_slice;
  const int last = stage.last_slice;
  const int whole = (first + kSlices - 1) / kSlices;  // the first layer that is wholly in it
  const int whole_end = (last + 1) / kSlices;
  if (whole > whole_end) {
    claim_part(first, last, number);
    return;
  }
  if (first < whole * kSlices) {
    claim_part(first, whole * kSlices - 1, number);
  }
  if (whole < whole_end) {
    put_layer(whole, number);
    std::fill(stage_of_layer_.begin() + whole, stage_of_layer_.begin() + whole_end,
              static_cast<std::int16_t>(number));
    stage.layers += whole_end - whole - 1;
    stage.last_layer = whole_end - 1;
  }
  if (whole_end * kSlices <= last) {
    claim_part(whole_end * kSlices, last, number);
  }
}

// After the first two passes each stage has an interval, in the order of the stages. As slices are
// given away in ascending order, a stage that lies wholly below a slice does so ever after, and
// one that lies above stops doing so once: both searches move forward only.
void LayerBalancer::fill_gaps() {
  std::fill(stage_of_layer_.begin(), stage_of_layer_.end(), kNobody);
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    stages_[s].layers = 0;
    if (stages_[s].slices > 0) {
      claim_layers(s);
    }
  }
  std::size_t below = 0;  // of the stages wholly below the slice, the one that reaches highest
  int below_last = -1;
  std::size_t passed = 0;  // stages up to here have been looked at for being below
  std::size_t above = 0;   // the lowest stage wholly above the slice
  for (const int slice : unassigned_) {
    for (; passed < stages_.size(); ++passed) {
      const Stage& stage = stages_[passed];
      if (stage.slices > 0 && stage.last_slice > slice) {
        break;
      }
      if (stage.slices > 0 && stage.last_slice > below_last) {
        below = passed;
        below_last = stage.last_slice;
      }
    }
    while (above < stages_.size() &&
           (stages_[above].slices == 0 || stages_[above].first_slice < slice)) {
      ++above;
    }
    const std::size_t highest = std::min(above, stages_.size() - 1);
    std::size_t taker = below;
    for (std::size_t s = below + 1; s <= highest; ++s) {
      if (remaining_[s] > remaining_[taker]) {
        taker = s;
      }
    }
    give(slice, taker);
    if (stages_[taker].last_slice == slice) {
      below = taker;
      below_last = slice;
    }
  }
}

// The stage with at least four slices of a layer that no stage had most of before the gaps were
// filled, if there is one.
int LayerBalancer::owner_of_open_layer(std::size_t layer) const {
  const std::int16_t* owners = owners_.data() + layer * kSlices;
  int best = kNobody;
  int most = keep_all_ ? 0 : kMajority - 1;
  const int candidates = kSlices - most;  // whoever has more is among so many
  for (int i = 0; i < candidates; ++i) {
    const auto count = static_cast<int>(std::count(owners, owners + kSlices, owners[i]));
    if (count > most || (count == most && best >= 0 && owners[i] < best)) {
      most = count;
      best = owners[i];
    }
  }
  return best;
}

void LayerBalancer::put_layer(int layer, std::size_t number) {
  Stage& stage = stages_[number];
  stage_of_layer_[static_cast<std::size_t>(layer)] = static_cast<std::int16_t>(number);
  stage.first_layer = stage.layers == 0 ? layer : std::min(stage.first_layer, layer);
  stage.last_layer = stage.layers == 0 ? layer : std::max(stage.last_layer, layer);
  ++stage.layers;
}

void LayerBalancer::count_layers(std::span<const double> capacities) {
  for (std::size_t layer = 0; layer < durations_.size(); ++layer) {
    if (stage_of_layer_[layer] == kNobody) {
      const int owner = owner_of_open_layer(layer);
      if (owner != kNobody) {  // else it is lost: quirk H13
        put_layer(static_cast<int>(layer), static_cast<std::size_t>(owner));
      }
    }
  }
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const Stage& stage = stages_[s];
    remaining_[s] = capacities[s];
    if (stage.layers > 0) {
      remaining_[s] -= duration_sums_(static_cast<std::size_t>(stage.first_layer),
                                      static_cast<std::size_t>(stage.last_layer) + 1);
    }
  }
}

// `layer` is the first or the last of `from`.
void LayerBalancer::move_layer(int layer, std::size_t from, std::size_t to) {
  Stage& giver = stages_[from];
  put_layer(layer, to);
  if (--giver.layers > 0) {
    const int step = layer == giver.first_layer ? 1 : -1;
    int& end = step > 0 ? giver.first_layer : giver.last_layer;
    while (stage_of_layer_[static_cast<std::size_t>(end)] != static_cast<std::int16_t>(from)) {
      end += step;
    }
  }
}

// The stage with most capacity left gets layers of a neighbour, as long as that one does not end up
// with more left than any had. A move that cannot be made, or is taken back, would be tried again
// in the same way, so both end the pass.
void LayerBalancer::adjust() {
  const std::size_t size = stages_.size();
  for (int move = 0; move < kKeptMoves && size > 1; ++move) {
    const auto s = static_cast<std::size_t>(std::max_element(remaining_.begin(), remaining_.end()) -
                                            remaining_.begin());
    const bool left = s + 1 == size || (s > 0 && remaining_[s - 1] <= remaining_[s + 1]);
    const std::size_t neighbour = left ? s - 1 : s + 1;
    const Stage& giver = stages_[neighbour];
    if (giver.layers < 2) {
      return;
    }
    const int layer = left ? giver.last_layer : giver.first_layer;
    const double duration = durations_[static_cast<std::size_t>(layer)];
    const double giver_remaining = remaining_[neighbour] + duration;
    if (giver_remaining > remaining_[s]) {
      return;
    }
    remaining_[neighbour] = giver_remaining;
    remaining_[s] -= duration;
    move_layer(layer, neighbour, s);
  }
}

void LayerBalancer::partition_layers(std::span<const double> capacities,
                                     std::span<std::int32_t> partition) {
  hand_out_forward(capacities);
  hand_out_backward();
  fill_gaps();
  count_layers(capacities);
  adjust();
  partition[0] = 0;
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    partition[s + 1] = partition[s] + stages_[s].layers;
  }
}

LayerBalancer::Balanced& LayerBalancer::balanced_slot(std::span<const double> capacities) {
  std::uint64_t mixed = 0;
  for (const double capacity : capacities) {
    mixed = (std::rotl(mixed, 5) ^ std::bit_cast<std::uint64_t>(capacity)) * kOddConstant;
  }
  return balanced_[mixed >> (64 - kBalancedBits)];
}

void LayerBalancer::balance(std::span<const double> capacities, std::span<std::int32_t> partition) {
  Balanced& slot = balanced_slot(capacities);
  if (std::equal(capacities.begin(), capacities.end(), slot.capacities.begin(),
                 slot.capacities.end())) {
    std::copy(slot.partition.begin(), slot.partition.end(), partition.begin());
    return;
  }
  partition_layers(capacities, partition);
  slot.capacities.assign(capacities.begin(), capacities.end());
  slot.partition.assign(partition.begin(), partition.end());
}

}  // namespace calculon
