// What has to hold of the corrected model whatever is run on whatever machine: 100,000 executions,
// drawn at random with the machine and the model's details (10,000 under sanitizers).
#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "block/block_layers.h"
#include "calculon/hardware/system.h"
#include "calculon/model/evaluate.h"
#include "calculon/strategy/placement.h"
#include "calculon/strategy/strategy.h"
#include "model/given_work.h"
#include "support/findings.h"
#include "support/laws.h"
#include "support/strategy_walk.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

constexpr double kUpToRounding = 1 + 1e-9;

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  bool coin() { return number(0, 1) == 1; }
  std::int64_t number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  double factor(double most) {  // between 1 / most and most
    return std::pow(most, std::uniform_real_distribution<double>(-1, 1)(random_));
  }
  template <class Value>
  Value one_of(const std::vector<Value>& values) {
    return values[static_cast<std::size_t>(
        number(0, static_cast<std::int64_t>(values.size()) - 1))];
  }

 private:
  std::mt19937 random_;
};

Transformer drawn_model(Draw& draw) {
  Transformer model = tiny_transformer();
  model.num_blocks = draw.one_of<std::int64_t>({1, 4, 7, 12});
  model.seq_size = draw.one_of<std::int64_t>({24, 48, 96});
  ModelDetails& details = model.details;
  details.attn_kv_heads = draw.one_of<std::int64_t>({0, 1, 2, 4, 8, 24});
  details.mlp_gated = draw.coin();
  details.causal = draw.coin();
  details.vocab_size = draw.one_of<std::int64_t>({0, 1000, 50000});
  details.tie_embeddings = draw.coin();
  details.norm_kind = draw.coin() ? NormKind::kRmsNorm : NormKind::kLayerNorm;
  details.moe_shared_feedforward = draw.one_of<std::int64_t>({0, 384});
  return model;
}

System drawn_machine(Draw& draw) {
  System system =
      tiny_moe_system(draw.coin() ? ProcessingMode::kRoofline : ProcessingMode::kNoOverlap);
  for (System::Engines* engines : {&system.matrix, &system.vector}) {
    const double factor = draw.factor(engines == &system.matrix ? 10 : 2);
    for (auto& engine : *engines) {
      if (engine) {
        engine->peak_flops_per_second *= factor;
      }
    }
  }
  system.mem1.peak_bytes_per_second *= draw.factor(10);
  system.mem2.peak_bytes_per_second *= draw.factor(10);
  for (Network& network : system.networks) {
    network.bytes_per_second *= draw.factor(100);
    network.latency_seconds *= draw.factor(10);
    network.size = 1000000;
    network.must_be_filled = false;
  }
  return system;
}

// Settings that may contradict each other; those that do are drawn again.
Strategy drawn_strategy(Draw& draw) {
  Strategy s;
  s.set_preset(Preset::kCorrected);
  s.model_MoE = draw.coin();
  s.tensor_par = draw.one_of<std::int64_t>({1, 2, 4, 8});
  s.pipeline_par = draw.one_of<std::int64_t>({1, 2, 3, 4});
  const std::int64_t stage = s.tensor_par * draw.one_of<std::int64_t>({1, 2, 4});
  s.data_par = stage / s.tensor_par;
  s.num_procs = stage * s.pipeline_par;
  if (s.model_MoE) {
    s.num_experts = draw.one_of<std::int64_t>({1, 2, 3, 8});
    s.top_k_experts = draw.number(1, s.num_experts);
    s.expert_par = draw.one_of<std::int64_t>({1, 2, 4});
    s.expert_slice = draw.one_of<std::int64_t>({1, 2, 4, 8});
    s.data_par_exp = std::max<std::int64_t>(1, stage / (s.expert_par * s.expert_slice));
    s.activation_function = draw.coin() ? ActivationFunction::kSilu : ActivationFunction::kGelu;
  }
  for (const PlacedDegree& placed : kPlacedDegrees) {
    s.*placed.tier = draw.number(0, 1);
  }
  s.microbatch_size = draw.number(1, 2);
  s.batch_size = s.data_par * s.microbatch_size * draw.number(1, 6);
  s.fused_activation = draw.coin();
  s.attention_type =
      draw.number(0, 3) == 0 ? AttentionType::kMultiquery : AttentionType::kMultihead;
  s.activation_recompute = static_cast<ActivationRecompute>(draw.number(0, 2));
  s.pipeline_interleaving = draw.number(1, 3);
  s.tensor_par_comm_type = static_cast<TensorParCommType>(draw.number(0, 2));
  s.tensor_par_overlap = static_cast<TensorParOverlap>(draw.number(0, 2));
  for (const auto flag :
       {&Strategy::optimizer_sharding, &Strategy::data_par_overlap, &Strategy::weight_offload,
        &Strategy::activations_offload, &Strategy::optimizer_offload}) {
    s.*flag = draw.coin();
  }
  s.seq_par_ag_redo = draw.number(0, 3) == 0;
  s.training = draw.number(0, 7) > 0;
  return s;
}

struct Drawn {
  Transformer model;
  System system;
  Strategy strategy;
  Stats stats;
};

double real(std::int64_t count) {
  return static_cast<double>(count);
}

bool same(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

// The same run with a change; nothing if it is not possible.
std::optional<Stats> changed_answer(const Drawn& drawn, const Strategy& strategy) {
  if (!contradiction(strategy).empty()) {
    return std::nullopt;
  }
  const Outcome<Stats> stats = evaluate(drawn.model, drawn.system, strategy);
  return stats ? std::optional(*stats) : std::nullopt;
}

std::string parts_add_up(const Drawn& drawn) {
  double time = 0;
  double memory = 0;
  for (const StatField& field : kStatsFields) {
    if (field.belongs_to(Preset::kCorrected)) {
      time += is_time_part(field.role) ? drawn.stats.*field.member : 0;
      memory += is_memory_part(field.role) ? drawn.stats.*field.member : 0;
    }
  }
  if (!same(time, drawn.stats.total_time)) {
    return "the parts of the time are not the whole";
  }
  const bool all_in_tier1 = !drawn.strategy.any_offload();
  return !all_in_tier1 || same(memory, drawn.stats.proc_mem_tier1_cap_req)
             ? ""
             : "the parts of the memory are not the whole";
}

// What the products of a block do for a microbatch is what the model has, whatever splits it.
std::string no_work_vanishes(const Drawn& drawn) {
  const BlockShape shape(drawn.model, drawn.strategy);
  double flops = 0;
  for (const Layer& layer : block_layers(shape)) {
    flops += layer.on_matrix_engine ? layer.flops[0] : 0;
  }
  const double given = given_work(drawn.model, drawn.strategy).block() *
                       real(drawn.strategy.microbatch_size) / real(drawn.strategy.tensor_par);
  return same(flops, given) ? "" : fmt::format("{} flops instead of {}", flops, given);
}

std::string no_more_than_the_peak(const Drawn& drawn) {
  const NeededRate rate =
      needed_rate(drawn.model, drawn.system, drawn.strategy, drawn.stats.sample_rate);
  if (rate.impossible()) {
    return "the matrix products need more than the peak";
  }
  const double matrix = drawn.system.matrix_engine(drawn.strategy.datatype).peak_flops_per_second;
  const double vector = drawn.system.vector_engine(drawn.strategy.datatype).peak_flops_per_second;
  return vector > matrix || (drawn.stats.total_efficiency <= kUpToRounding &&
                             drawn.stats.compute_efficiency <= kUpToRounding)
             ? ""
             : "more useful work than the peak";
}

std::string nothing_is_exposed_twice(const Drawn& drawn) {
  const Stats& t = drawn.stats;
  for (const auto& [exposed, link] : {std::pair{t.dp_comm_exposed_time, t.dp_comm_link_time},
                                      std::pair{t.ep_comm_exposed_time, t.ep_comm_link_time},
                                      std::pair{t.es_comm_exposed_time, t.es_comm_link_time},
                                      std::pair{t.pp_comm_exposed_time, t.pp_comm_link_time}}) {
    if (exposed > link * kUpToRounding || exposed < 0) {
      return "more is exposed than there is";
    }
  }
  return t.bubble_time >= -1e-12 * t.total_time && t.act_space >= t.block_act_working_space
             ? ""
             : "a time or a space below 0";
}

std::string memory_grows_in_flight(const Drawn& drawn) {
  Strategy more = drawn.strategy;
  more.batch_size *= 2;
  const auto stats = changed_answer(drawn, more);
  return !stats ||
                 stats->proc_mem_tier1_cap_req * kUpToRounding >= drawn.stats.proc_mem_tier1_cap_req
             ? ""
             : "memory falls with more microbatches";
}

// A sharded optimizer has each weight's state on one processor of those that have the weight.
std::string state_is_divided_once(const Drawn& drawn) {
  Strategy whole = drawn.strategy;
  whole.optimizer_sharding = false;
  const auto stats = changed_answer(drawn, whole);
  if (!drawn.strategy.optimizer_sharding || !stats || drawn.model.details.vocab_size > 0) {
    return "";
  }
  const BlockProfile block = profile_block(drawn.model, drawn.system, drawn.strategy);
  const double experts = block.expert_weight_bytes / block.block_weight_space;
  const double kept =
      experts / real(drawn.strategy.data_par_exp) + (1 - experts) / real(drawn.strategy.data_par);
  return same(drawn.stats.optimizer_space, stats->optimizer_space * kept)
             ? ""
             : "the state is not divided by the processors that share it";
}

// Keys that only mixtures have change nothing of a dense model.
std::string dialects_agree(const Drawn& drawn) {
  if (drawn.strategy.model_MoE) {
    return "";
  }
  Strategy other = drawn.strategy;
  other.num_experts = 8;
  other.top_k_experts = 2;
  other.data_par_exp = 4;
  other.data_par_exp_net = other.expert_par_net = other.expert_slice_net = 0;
  const auto stats = changed_answer(drawn, other);
  return stats ? first_difference(*stats, drawn.stats) : "is refused in the other dialect";
}

struct CorrectedLaw {
  std::string_view name;
  std::string (*violation)(const Drawn&);
};

constexpr std::array kLaws = {
    CorrectedLaw{"parts add up", parts_add_up},
    CorrectedLaw{"no work vanishes", no_work_vanishes},
    CorrectedLaw{"no answer needs more than the peak", no_more_than_the_peak},
    CorrectedLaw{"exposed is at most what there is", nothing_is_exposed_twice},
    CorrectedLaw{"memory never falls with more in flight", memory_grows_in_flight},
    CorrectedLaw{"state is divided once", state_is_divided_once},
    CorrectedLaw{"both dialects agree", dialects_agree},
};

}  // namespace

TEST_CASE("the laws of the corrected model hold on random executions", "[batch][corrected]") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // gcc
  constexpr std::size_t kCases = 10'000;
#else
  constexpr std::size_t kCases = 100'000;
#endif
  Draw draw(18);
  Findings findings;
  std::size_t cases = 0;
  std::size_t mixtures = 0;
  Transformer model = drawn_model(draw);
  System system = drawn_machine(draw);
  for (std::size_t tries = 0; cases < kCases && tries < 100 * kCases; ++tries) {
    if (tries % 64 == 0) {
      model = drawn_model(draw);
      system = drawn_machine(draw);
    }
    const Strategy strategy = drawn_strategy(draw);
    if (!contradiction(strategy).empty()) {
      continue;
    }
    try {
      const Outcome<Stats> stats = evaluate(model, system, strategy);
      if (!stats) {
        continue;
      }
      const Drawn drawn = {model, system, strategy, *stats};
      ++cases;
      mixtures += strategy.model_MoE ? 1 : 0;
      for (const CorrectedLaw& law : kLaws) {
        const std::string violation = law.violation(drawn);
        findings.add_unless(violation.empty(), fmt::format("{}: {}: {}", law.name, violation,
                                                           strategy_text(strategy)));
      }
    } catch (const InputError&) {
      // A degree that does not divide the model, or details that contradict the execution.
    }
  }
  CHECK(cases == kCases);
  CHECK(mixtures > kCases / 10);
  INFO(findings.text());
  CHECK(findings.empty());
}

// The slices of experts and the tensor group can change places where the work is.
TEST_CASE("expert slices cost what the tensor degree would", "[batch][corrected]") {
  const Transformer model = tiny_transformer();
  const System system = tiny_moe_system();
  Strategy s = tiny_moe_strategy();
  s.set_preset(Preset::kCorrected);
  s.tensor_par_net = s.expert_slice_net = 0;
  std::vector<double> flops;
  for (const std::int64_t slices : {1, 2, 4}) {
    Strategy other = s;
    other.expert_par = 1;
    other.expert_slice = slices;
    other.data_par_exp = 4 / slices;
    const BlockShape shape(model, other);
    double sum = 0;
    for (const Layer& layer : block_layers(shape)) {
      sum += layer.of_experts && layer.on_matrix_engine ? layer.flops[0] : 0;
    }
    flops.push_back(sum);
    CHECK(evaluate(model, system, other));
  }
  CHECK(flops[0] == Approx(flops[1]).epsilon(1e-12));
  CHECK(flops[0] == Approx(flops[2]).epsilon(1e-12));
}

}  // namespace calculon::test
