// Notes about what an answer does not hold in memory, and what it need not hold.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calculon/base/quantity_text.h"
#include "calculon/block/block_profile.h"
#include "text/note_row.h"

namespace calculon {
namespace {

constexpr double kGradientBytes = 4;  // float32, until they are reduced

double real(std::int64_t count) {
  return static_cast<double>(count);
}

// What would be in tier 1 if so many bytes that are missing were there.
std::string tier1_text(const ShownAnswer& a, double missing_bytes) {
  const double needed = a.stats.proc_mem_tier1_cap_req + missing_bytes;
  const double capacity = a.system.mem1.capacity_bytes;
  return fmt::format("tier 1 would hold {} of {}{}", bytes_text(needed), bytes_text(capacity),
                     needed > capacity ? ", which does not fit" : "");
}

// Bytes of a parameter: its weight, and the state of Adam with a copy in float32 if it is shorter.
double weight_bytes(const ShownAnswer& a) {
  return bytes_per_element(a.strategy.datatype);
}
double state_bytes(const ShownAnswer& a) {
  constexpr double kShort = 12;
  constexpr double kFull = 8;
  return weight_bytes(a) < kGradientBytes ? kShort : kFull;
}

// With gradients that are kept whole and an optimizer that is split over so many processors.
double usual_bytes(const ShownAnswer& a, std::int64_t shards) {
  return weight_bytes(a) + kGradientBytes + state_bytes(a) / real(shards);
}

double parameters_of(const ShownAnswer& a) {
  return a.stats.weight_space / weight_bytes(a);
}

double counted_state(const ShownAnswer& a) {
  return a.stats.weight_space + a.stats.weight_grad_space + a.stats.optimizer_space;
}

bool shards_experts_too_far(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  return s.model_MoE && s.rules.experts_shard_as_others && s.training && s.optimizer_sharding &&
         s.data_par_exp < s.data_par;
}

// A pipeline stage of two blocks has half of the usual gradients unreduced.
bool shards_gradients(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  return s.rules.reduces_gradients_early && s.training && s.optimizer_sharding && s.data_par > 1 &&
         a.stats.weight_grad_space < kGradientBytes / 2 * parameters_of(a);
}

// The bytes of all parameters, and what would be in memory tier 1, unless that is elsewhere.
std::string state_text(const ShownAnswer& a, double usual) {
  const double missing = usual - counted_state(a);
  const std::string tier =
      a.strategy.optimizer_offload ? std::string() : "; " + tier1_text(a, missing);
  return fmt::format("{} instead of {}{}", bytes_text(counted_state(a)), bytes_text(usual), tier);
}

// "3.79 bytes per parameter where frameworks keep 7.50 (2 + 4 + 12 / 8)".
std::string bytes_per_parameter(const ShownAnswer& a, std::string_view of, std::int64_t shards) {
  return fmt::format("{:.2f} bytes per {} where frameworks keep {:.2f} ({:g} + {:g} + {:g} / {})",
                     counted_state(a) / parameters_of(a), of, usual_bytes(a, shards),
                     weight_bytes(a), kGradientBytes, state_bytes(a), shards);
}

std::string sharded_gradients(const ShownAnswer& a) {
  const std::int64_t shards = a.strategy.data_par;
  const std::string bytes = "gradients are divided by data_par like the optimizer's state: " +
                            bytes_per_parameter(a, "parameter", shards);
  return shards_experts_too_far(a)
             ? bytes + ", those of experts aside"
             : bytes + ", " + state_text(a, usual_bytes(a, shards) * parameters_of(a));
}

std::string sharded_experts(const ShownAnswer& a) {
  const BlockProfile block = profile_block(a.transformer, a.system, a.strategy);
  const std::int64_t replicas = a.strategy.data_par_exp;
  const double all = parameters_of(a);
  const double experts = all * block.expert_weight_bytes / block.block_weight_space;
  const double usual =
      experts * usual_bytes(a, replicas) + (all - experts) * usual_bytes(a, a.strategy.data_par);
  return fmt::format(
      "gradients and optimizer state of experts are divided by data_par {}, not by their {} "
      "replica{}: {}, {}",
      a.strategy.data_par, replicas, replicas == 1 ? "" : "s",
      bytes_per_parameter(a, "parameter of an expert", replicas), state_text(a, usual));
}

bool stores_short_weights(const ShownAnswer& a) {
  return a.strategy.training && weight_bytes(a) < bytes_per_element(Datatype::kFloat16);
}

std::string short_weights(const ShownAnswer& a) {
  const double wide = bytes_per_element(Datatype::kFloat16);
  const double part = a.stats.weight_space;
  return fmt::format(
      "{} is the format of all that is stored; frameworks that compute in it keep weights of 16 "
      "bits "
      "and add copies of them: {} of weights or more instead of {}",
      enum_name(a.strategy.datatype), bytes_text(part * wide / weight_bytes(a)), bytes_text(part));
}

// Microbatches whose activations a processor has to hold: those in flight, more with interleaving.
double microbatches_in_flight(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  const double stages = real(s.pipeline_par);
  const double in_flight = std::min(real(a.microbatches()), stages);
  const double chunks = real(s.pipeline_interleaving);
  return chunks == 1 ? in_flight : in_flight * (1 + (stages - 1) / (chunks * stages));
}

bool keeps_activations(const Strategy& s) {
  return s.training && s.activation_recompute != ActivationRecompute::kFull;
}

// The activations of all blocks and so many microbatches, in bytes.
double activations_of(const ShownAnswer& a, double microbatches) {
  return a.stats.block_act_working_space +
         a.stats.block_act_storage_space * (a.blocks() * microbatches - 1);
}

double existing_in_flight(const ShownAnswer& a) {
  return std::min(microbatches_in_flight(a), real(a.microbatches()));
}

bool holds_one_microbatch(const ShownAnswer& a) {
  constexpr double kRounding = 1 + 1e-9;
  return a.strategy.model_MoE && a.strategy.rules.holds_one_microbatch &&
         keeps_activations(a.strategy) &&
         activations_of(a, existing_in_flight(a)) > a.stats.act_space * kRounding;
}

std::string one_microbatch(const ShownAnswer& a) {
  const double microbatches = existing_in_flight(a);
  const double usual = activations_of(a, microbatches);
  const std::string tier = a.strategy.activations_offload
                               ? std::string()
                               : "; " + tier1_text(a, usual - a.stats.act_space);
  const std::string kept =
      a.strategy.pipeline_par == 1
          ? fmt::format("of {:.0f} blocks only 2 keep activations", a.blocks())
          : fmt::format("activations are those of 1 microbatch, with {:.2f} in flight",
                        microbatches);
  return fmt::format("{}: {} instead of {}{}", kept, bytes_text(a.stats.act_space),
                     bytes_text(usual), tier);
}

bool holds_too_many(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  return s.rules.holds_more_than_there_are && s.training &&
         microbatches_in_flight(a) > real(a.microbatches()) &&
         (!keeps_activations(s) || !s.rules.holds_one_microbatch);
}

std::string too_many_microbatches(const ShownAnswer& a) {
  const double there_are = real(a.microbatches());
  const double held = microbatches_in_flight(a);
  const bool full = !keeps_activations(a.strategy);
  const double counted = full ? a.stats.act_checkpoint_size : a.stats.act_space;
  const double usual = full ? counted * there_are / held : activations_of(a, there_are);
  return fmt::format("{} of {:.2f} microbatches, and there are {:.0f}: {} instead of {}",
                     full ? "checkpoints" : "activations", held, there_are, bytes_text(counted),
                     bytes_text(usual));
}

// Bytes of what depends on the square of the sequence, in the activations and in their gradients.
struct ScoreBytes {
  double activations = 0;
  double gradients = 0;

  double all() const { return activations + gradients; }
};

ScoreBytes scores_of(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  const double seq = real(a.transformer.seq_size);
  // Scores and probabilities have an element each, the mask of their dropout a byte.
  const double heads = real(a.transformer.attn_heads / s.tensor_par);
  const double block =
      heads * seq * seq * real(s.microbatch_size) * (2 * bytes_per_element(s.datatype) + 1);
  ScoreBytes bytes{block, s.training ? block : 0};
  if (s.training && s.activation_recompute == ActivationRecompute::kNone &&
      a.stats.block_act_storage_space > 0) {
    bytes.activations += block * (a.stats.act_space - a.stats.block_act_working_space) /
                         a.stats.block_act_storage_space;
  }
  return bytes;
}

bool lacks_room_for_scores(const ShownAnswer& a) {
  const ScoreBytes scores = scores_of(a);
  const Stats& of = a.stats;
  return scores.all() > std::max({of.act_space - scores.activations,
                                  of.act_grad_space - scores.gradients, of.act_checkpoint_size,
                                  of.weight_space, of.weight_grad_space, of.optimizer_space});
}

std::string room_for_scores(const ShownAnswer& a) {
  const double scores = scores_of(a).all();
  const double all = a.stats.act_space + a.stats.act_grad_space + a.stats.act_checkpoint_size +
                     a.stats.weight_space + a.stats.weight_grad_space + a.stats.optimizer_space;
  return fmt::format(
      "{} of this are scores of attention, {} x {} for each head, which FlashAttention does not "
      "store: {} without them",
      bytes_text(scores), a.transformer.seq_size, a.transformer.seq_size, bytes_text(all - scores));
}

constexpr std::array kMemoryNotes = {
    NoteRow{"E1", "gradients are divided further than frameworks with a distributed optimizer do",
            shards_gradients, sharded_gradients},
    NoteRow{"M11",
            "gradients and optimizer state of experts are divided by more than their replicas",
            shards_experts_too_far, sharded_experts},
    NoteRow{"M8", "activations of a mixture of experts are those of one microbatch",
            holds_one_microbatch, one_microbatch},
    NoteRow{"E2", "interleaving holds activations of more microbatches than there are",
            holds_too_many, too_many_microbatches},
    NoteRow{"E10", "weights are stored in the 8 or 4 bits in which products are computed",
            stores_short_weights, short_weights},
};

constexpr std::array kShortfallNotes = {
    NoteRow{"E9", "scores of attention are the largest part of what tier 1 has no room for",
            lacks_room_for_scores, room_for_scores},
};

}  // namespace

std::span<const NoteRow> memory_notes() {
  return kMemoryNotes;
}

std::span<const NoteRow> shortfall_notes() {
  return kShortfallNotes;
}

}  // namespace calculon
