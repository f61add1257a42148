// Notes about work that an answer lacks or counts twice, and about its times and rates.
#include <fmt/format.h>

#include <array>

#include "calculon/base/quantity_text.h"
#include "calculon/block/parameter_count.h"
#include "model/given_work.h"
#include "text/note_row.h"
#include "text/notes.h"

namespace calculon {
namespace {

double of_count(std::int64_t count) {
  return static_cast<double>(count);
}

NeededRate rate_of(const ShownAnswer& a) {
  return needed_rate(a.transformer, a.system, a.strategy, a.stats.sample_rate);
}

bool is_impossible(const ShownAnswer& a) {
  return rate_of(a).impossible();
}

// The share of the experts' work that slices do which are wider than the tensor degree.
double share_of_slices(const Strategy& s) {
  return of_count(s.tensor_par) / of_count(s.expert_slice);
}

bool loses_work(const ShownAnswer& a) {
  const Strategy& s = a.strategy;
  return s.model_MoE && s.rules.slices_lose_tokens && s.expert_slice > s.tensor_par &&
         s.top_k_experts > 0;
}

std::string lost_work(const ShownAnswer& a) {
  const GivenWork work = given_work(a.transformer, a.strategy);
  const double missing = work.mlp * (1 - share_of_slices(a.strategy)) / work.block();
  return fmt::format(
      "{:.2f}% of the model's matrix products are missing: expert_slice {} is more than tensor_par "
      "{}, and then experts do only {:.2f}% of theirs",
      100 * missing, a.strategy.expert_slice, a.strategy.tensor_par,
      100 * share_of_slices(a.strategy));
}

bool is_uneven(const ShownAnswer& a) {
  return a.strategy.rules.counts_rounded_blocks &&
         a.transformer.num_blocks % a.strategy.pipeline_par != 0;
}

std::string uneven_rates(const ShownAnswer& a) {
  const double counted = a.counted_blocks();
  return fmt::format(
      "the published efficiencies count {:.0f} blocks, the model has {}: total efficiency {:.2f}% "
      "would be {:.2f}% of the model as given",
      counted, a.transformer.num_blocks, 100 * a.stats.total_efficiency,
      100 * rate_of(a).utilization());
}

bool ignores_silu(const ShownAnswer& a) {
  return !a.strategy.model_MoE && a.strategy.rules.dense_ignores_silu &&
         a.strategy.activation_function == ActivationFunction::kSilu;
}

std::string ignored_silu(const ShownAnswer& a) {
  const auto text = [](double count) { return quantity_text(count, QuantityKind::kPlain); };
  const double matrix = of_count(a.transformer.hidden) * of_count(a.transformer.feedforward);
  const double counted = count_parameters(a.transformer, a.strategy).total;
  const double third = a.counted_blocks() * matrix;
  const GivenWork work = given_work(a.transformer, a.strategy);
  return fmt::format(
      "activation_function silu changes nothing in a dense model: its MLP has two matrices here, "
      "not three, {} parameters in the blocks instead of {}, {:.2f}% less matrix products",
      text(counted), text(counted + third), 100 * (work.mlp / 2) / (work.block() + work.mlp / 2));
}

bool estimates_bubble(const ShownAnswer& a) {
  return a.strategy.pipeline_interleaving > 1 && a.microbatches() % a.strategy.pipeline_par != 0;
}

std::string estimated_bubble(const ShownAnswer& a) {
  return fmt::format(
      "the bubble, {:.4f} s of {:.4f} s, is an estimate: interleaving wants microbatches in "
      "multiples of the {} stages, and there are {}",
      a.stats.bubble_time, a.stats.total_time, a.strategy.pipeline_par, a.microbatches());
}

std::string impossible_rate(const ShownAnswer& a) {
  return impossible_effect(rate_of(a));
}

constexpr std::array kWorkNotes = {
    NoteRow{kImpossible,
            "the matrix products of the model as given need more than the peak of the processors",
            is_impossible, impossible_rate, "--no-lost-work"},
    NoteRow{"M1", "work of experts is missing, as their slices are wider than the tensor degree",
            loses_work, lost_work, "--no-lost-work"},
    NoteRow{"D13", "efficiencies count blocks that the model does not have", is_uneven,
            uneven_rates},
    NoteRow{"M24", "`silu` has no effect in a dense model", ignores_silu, ignored_silu, "", true},
    NoteRow{"D19", "the bubble is an estimate, as the stages do not divide the microbatches",
            estimates_bubble, estimated_bubble},
};

}  // namespace

std::span<const NoteRow> work_notes() {
  return kWorkNotes;
}

}  // namespace calculon
