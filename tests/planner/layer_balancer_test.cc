#include "planner/plan/layer_balancer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <set>

#include "support/findings.h"
#include "support/hetero_golden.h"

namespace calculon::test {
namespace {

std::vector<double> shares(std::vector<double> durations) {
  const double sum = std::accumulate(durations.begin(), durations.end(), 0.0);
  for (double& duration : durations) {
    duration /= sum;
  }
  return durations;
}

std::vector<std::vector<int>> layers_of_stages(const LayerBalancer& balancer) {
  std::vector<std::vector<int>> layers(balancer.num_stages());
  for (std::size_t i = 0; i < balancer.stage_of_layer().size(); ++i) {
    if (balancer.stage_of_layer()[i] >= 0) {
      layers[static_cast<std::size_t>(balancer.stage_of_layer()[i])].push_back(static_cast<int>(i));
    }
  }
  return layers;
}

std::vector<int> slices_of_stages(const LayerBalancer& balancer) {
  std::vector<int> slices;
  for (std::size_t s = 0; s < balancer.num_stages(); ++s) {
    slices.push_back(balancer.num_slices(s));
  }
  return slices;
}

// The rules as they are written down, with sets of slices and no idea of what they look like.
class PlainBalancer {
 public:
  PlainBalancer(std::vector<double> durations, std::vector<double> capacities)
      : durations_(std::move(durations)),
        capacities_(std::move(capacities)),
        left_(capacities_),
        slices_(capacities_.size()),
        layers_(capacities_.size()) {}

  std::vector<std::vector<int>> layers() {
    hand_out();
    fill_gaps();
    to_layers();
    adjust();
    return layers_;
  }

 private:
  double weight(int slice) const { return durations_[static_cast<std::size_t>(slice / 7)] / 7; }
  void give(int slice, std::size_t stage) {
    slices_[stage].insert(slice);
    left_[stage] -= weight(slice);
    open_.erase(slice);
  }

  void hand_out() {
    const int end = 7 * static_cast<int>(durations_.size());
    for (int slice = 0; slice < end; ++slice) {
      open_.insert(slice);
    }
    int next = 0;
    for (std::size_t s = 0; s + 1 < left_.size(); ++s) {
      while (next <= end - 9) {
        const int slice = next++;
        if (!(left_[s] > weight(slice))) {
          break;
        }
        give(slice, s);
      }
    }
    const std::size_t last = left_.size() - 1;
    const std::vector<int> descending(open_.rbegin(), open_.rend());
    for (const int slice : descending) {
      if (slices_[last].size() < 7 ||
          (*slices_[last].begin() == slice + 1 && left_[last] > weight(slice))) {
        give(slice, last);
      }
    }
  }

  void fill_gaps() {
    const std::vector<int> ascending(open_.begin(), open_.end());
    for (const int slice : ascending) {
      std::size_t low = 0;
      std::size_t high = left_.size() - 1;
      int low_last = -1;
      int high_first = 1 << 20;
      for (std::size_t s = 0; s < left_.size(); ++s) {
        if (slices_[s].empty()) {
          continue;
        }
        if (*slices_[s].rbegin() < slice && *slices_[s].rbegin() > low_last) {
          low = s;
          low_last = *slices_[s].rbegin();
        }
        if (*slices_[s].begin() > slice && *slices_[s].begin() < high_first) {
          high = s;
          high_first = *slices_[s].begin();
        }
      }
      std::size_t taker = low;
      for (std::size_t s = low; s <= high; ++s) {
        taker = left_[s] > left_[taker] ? s : taker;
      }
      give(slice, taker);
    }
  }

  void to_layers() {
    for (std::size_t s = 0; s < left_.size(); ++s) {
      std::vector<int> counts(durations_.size());
      for (const int slice : slices_[s]) {
        ++counts[static_cast<std::size_t>(slice / 7)];
      }
      for (std::size_t layer = 0; layer < counts.size(); ++layer) {
        if (counts[layer] >= 4) {
          layers_[s].push_back(static_cast<int>(layer));
        }
      }
      left_[s] = capacities_[s];
      if (!layers_[s].empty()) {
        double sum = 0;
        for (int layer = layers_[s].front(); layer <= layers_[s].back(); ++layer) {
          sum += durations_[static_cast<std::size_t>(layer)];
        }
        left_[s] -= sum;
      }
    }
  }

  void adjust() {
    for (int move = 1; move <= 4; ++move) {
      auto layers = layers_;
      auto left = left_;
      const auto s = std::max_element(left.begin(), left.end()) - left.begin();
      std::ptrdiff_t giver = -1;
      for (const std::ptrdiff_t y : {s - 1, s + 1}) {
        const bool exists = y >= 0 && y < std::ssize(left);
        if (exists && (giver < 0 ||
                       left[static_cast<std::size_t>(y)] < left[static_cast<std::size_t>(giver)])) {
          giver = y;
        }
      }
      if (giver >= 0 && layers_[static_cast<std::size_t>(giver)].size() > 1) {
        auto& from = layers[static_cast<std::size_t>(giver)];
        auto& to = layers[static_cast<std::size_t>(s)];
        const auto at = giver < s ? from.end() - 1 : from.begin();
        const double duration = durations_[static_cast<std::size_t>(*at)];
        to.insert(std::lower_bound(to.begin(), to.end(), *at), *at);
        from.erase(at);
        left[static_cast<std::size_t>(s)] -= duration;
        left[static_cast<std::size_t>(giver)] += duration;
      }
      if (*std::max_element(left.begin(), left.end()) >
              *std::max_element(left_.begin(), left_.end()) ||
          move == 4) {
        return;
      }
      layers_ = layers;
      left_ = left;
    }
  }

  std::vector<double> durations_;
  std::vector<double> capacities_;
  std::vector<double> left_;
  std::vector<std::set<int>> slices_;
  std::set<int> open_;
  std::vector<std::vector<int>> layers_;
};

}  // namespace

TEST_CASE("layers are balanced as published, pass by pass", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("layer_partition")) {
    INFO(json.at("name"));
    const auto capacities = json.at("capacities").get<std::vector<double>>();
    LayerBalancer balancer(shares(json.at("durations").get<std::vector<double>>()));
    balancer.hand_out_forward(capacities);
    balancer.hand_out_backward();
    CHECK(Json(slices_of_stages(balancer)) == json.at("slices_per_stage_after_backward"));
    balancer.fill_gaps();
    CHECK(Json(slices_of_stages(balancer)) == json.at("slices_per_stage_after_gaps"));
    balancer.count_layers(capacities);
    CHECK(Json(layers_of_stages(balancer)) == json.at("layers_before_adjust"));
    balancer.adjust();
    CHECK(Json(layers_of_stages(balancer)) == json.at("layers_after_adjust"));
    std::vector<std::int32_t> partition(capacities.size() + 1);
    for (int twice = 0; twice < 2; ++twice) {  // the second time it remembers
      balancer.balance(capacities, partition);
      CHECK(Json(partition) == json.at("partition"));
    }
  }
}

TEST_CASE("the balancer does what its rules say, on anything", "[planner]") {
  std::mt19937 random(7);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  Findings findings;
  for (int i = 0; i < 4000; ++i) {
    const auto num_layers = 2 + random() % 24;
    const auto num_stages = 1 + random() % num_layers;
    std::vector<double> durations(num_layers, 1.0);
    std::vector<double> capacities(num_stages);
    // Even layers, uneven ones, and some that take no time at all.
    const bool uneven = i % 2 == 0;
    for (double& duration : durations) {
      duration = uneven && uniform(0, 1) < 0.7 ? uniform(0, 3) * (uniform(0, 1) < 0.8) : duration;
    }
    durations.front() = 0.3;
    // Tiny stages leave slices that nobody takes; the sum need not be 1.
    for (double& capacity : capacities) {
      capacity = uniform(0, 1) < 0.3 ? uniform(0, 0.01) : uniform(0, 1);
    }
    capacities = shares(capacities);
    if (i % 3 == 0) {
      capacities[random() % num_stages] += uniform(-0.3, 0.3);
    }
    durations = shares(durations);
    LayerBalancer balancer(durations);
    std::vector<std::int32_t> partition(num_stages + 1);
    balancer.balance(capacities, partition);
    const auto want = PlainBalancer(durations, capacities).layers();
    findings.add_unless(layers_of_stages(balancer) == want, "case " + std::to_string(i));
    for (std::size_t s = 0; s < num_stages; ++s) {
      findings.add_unless(partition[s + 1] - partition[s] == std::ssize(want[s]), "partition");
    }

    LayerBalancer keeper(durations, true);
    keeper.balance(capacities, partition);
    findings.add_unless(partition.back() == static_cast<std::int32_t>(num_layers),
                        "lost a layer in case " + std::to_string(i));
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

}  // namespace calculon::test
