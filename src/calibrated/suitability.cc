#include "calibrated/suitability.h"

#include <fmt/format.h>

#include <array>
#include <numeric>

namespace calculon {
namespace {

// Rule KD2.
std::string tensor_words(const Transformer& model, const CalibratedExecution& e) {
  const std::int64_t t = e.tensor_par;
  if (model.attn_heads % t != 0) {
    return fmt::format("tensor_par is {}, expected a divisor of attn_heads {}", t,
                       model.attn_heads);
  }
  const ModelDetails& details = model.details;
  const std::int64_t kv = model.kv_heads();
  if (details.attn_kind == AttentionKind::kMha && kv % t != 0 && t % kv != 0) {
    return fmt::format("tensor_par is {}, expected a divisor or a multiple of attn_kv_heads {}", t,
                       kv);
  }
  return "";
}

// Rule KD4.
std::string expert_words(const Transformer& model, const CalibratedExecution& e) {
  const std::int64_t experts = model.details.num_experts;
  if (experts == 0) {
    return e.expert_par > 1 || e.expert_tensor_par > 1
               ? "expert_par and expert_tensor_par need a model with experts"
               : "";
  }
  if (experts % e.expert_par != 0) {
    return fmt::format("expert_par is {}, expected a divisor of num_experts {}", e.expert_par,
                       experts);
  }
  if (e.tensor_par % e.expert_tensor() != 0) {
    return fmt::format("expert_tensor_par is {}, expected a divisor of tensor_par {}",
                       e.expert_tensor(), e.tensor_par);
  }
  const std::int64_t ranks = e.data_par * e.context_par * e.tensor_par;
  if (ranks % e.expert_par != 0 || ranks / e.expert_par % e.expert_tensor() != 0) {
    return fmt::format(
        "expert_par {} times expert_tensor_par {} is no divisor of the {} ranks of a stage",
        e.expert_par, e.expert_tensor(), ranks);
  }
  return "";
}

// Rule KD5.
std::string too_few_blocks(const Transformer& model, const CalibratedExecution& e) {
  constexpr std::int64_t kMostStages = 1'000'000;  // an answer has a row for each
  if (e.pipeline_par > kMostStages) {
    return fmt::format("pipeline_par is {}, expected at most {}", e.pipeline_par, kMostStages);
  }
  if (!e.pipeline_layout.empty()) {
    return "";
  }
  const bool ends = e.pipeline_balance == PipelineBalance::kWithEmbedding && e.pipeline_par > 1;
  const double units = static_cast<double>(model.num_blocks) + (ends ? 2 : 0);
  const double chunks =
      static_cast<double>(e.pipeline_par) * static_cast<double>(e.pipeline_interleaving);
  return units < chunks ? fmt::format("num_blocks is {}, too few for {} chunks on {} stages each",
                                      model.num_blocks, e.pipeline_interleaving, e.pipeline_par)
                        : "";
}

// Rule KD6.
std::string layout_words(const Transformer& model, const CalibratedExecution& e) {
  if (!e.pipeline_layout.empty()) {
    double sum = 0;
    for (const std::int64_t blocks : e.pipeline_layout) {
      sum += static_cast<double>(blocks);
    }
    return sum != static_cast<double>(model.num_blocks)
               ? fmt::format("pipeline_layout adds up to {}, expected num_blocks {}", sum,
                             model.num_blocks)
               : "";
  }
  const std::int64_t first = e.first_stage_blocks;
  const std::int64_t last = e.last_stage_blocks;
  if (first == 0 && last == 0) {
    return "";
  }
  const std::int64_t others = e.pipeline_par - (first > 0 ? 1 : 0) - (last > 0 ? 1 : 0);
  const std::int64_t rest = model.num_blocks - first - last;
  const bool shared = others > 0 ? rest > 0 && rest % others == 0 : rest == 0;
  return shared ? ""
                : fmt::format(
                      "first_stage_blocks and last_stage_blocks leave {} of {} blocks for {} other "
                      "stages, expected equally many for each",
                      rest, model.num_blocks, others);
}

}  // namespace

std::optional<Unsuitable> why_unsuitable(const Transformer& model, const CalibratedExecution& e,
                                         double reach) {
  if (static_cast<double>(e.num_procs) > reach) {
    return Unsuitable{
        "KD1", fmt::format("num_procs is {}, but the networks connect {}", e.num_procs, reach)};
  }
  if (std::string words = tensor_words(model, e); !words.empty()) {
    return Unsuitable{"KD2", std::move(words)};
  }
  if (model.seq_size % e.context_par != 0) {
    return Unsuitable{"KD3", fmt::format("context_par is {}, expected a divisor of seq_size {}",
                                         e.context_par, model.seq_size)};
  }
  if (std::string words = expert_words(model, e); !words.empty()) {
    return Unsuitable{"KD4", std::move(words)};
  }
  if (std::string words = too_few_blocks(model, e); !words.empty()) {
    return Unsuitable{"KD5", std::move(words)};
  }
  if (std::string words = layout_words(model, e); !words.empty()) {
    return Unsuitable{"KD6", std::move(words)};
  }
  return std::nullopt;
}

}  // namespace calculon
