#include "calculon/workload/transformer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/file_kind.h"
#include "calculon/base/files.h"
#include "import/model_format.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

void require_model_keys(const JsonReader& reader) {
  std::vector<std::string_view> counts;
  for_each_field(kTransformerFields, [&](const auto& field) { counts.push_back(field.name); });
  std::vector<std::string_view> others(kFreeKeys.begin(), kFreeKeys.end());
  for_each_field(kModelDetailFields, [&](const auto& field) { others.push_back(field.name); });
  reader.require_keys(counts, others);
}

bool is_given(const JsonReader& reader, std::string_view key) {
  return reader.has(key) && !reader[key].is_null();
}

void read_detail(const JsonReader& json, std::int64_t& value, std::string_view name) {
  if (name == "norms_per_block") {
    constexpr std::int64_t kMost = 4;
    value = json.integer(1, kMost);
    return;
  }
  const bool may_be_zero =
      name != "vocab_pad_multiple" && name != "attn_kv_heads" && name != "moe_block_period";
  value = json.integer(may_be_zero ? 0 : 1);
}
void read_detail(const JsonReader& json, bool& value, std::string_view) {
  value = json.boolean();
}
void read_detail(const JsonReader& json, double& value, std::string_view) {
  constexpr Range kShare = {0, 1, true, true, "0 <= x <= 1"};
  value = json.number(kShare);
}
template <class Enum>
void read_detail(const JsonReader& json, Enum& value, std::string_view) {
  value = json.one_of<Enum>();
}

// What latent attention needs (rule KC5).
std::string latent_contradiction(const ModelDetails& details) {
  const std::array<std::pair<std::string_view, std::int64_t>, 3> sizes = {{
      {"mla_kv_rank", details.mla_kv_rank},
      {"mla_nope_size", details.mla_nope_size},
      {"mla_value_size", details.mla_value_size},
  }};
  for (const auto& [name, size] : sizes) {
    if (details.attn_kind == AttentionKind::kMla && size < 1) {
      return fmt::format("{} is {}, expected at least 1, since attn_kind is mla (rule KC5)", name,
                         size);
    }
  }
  return "";
}

}  // namespace

std::string contradiction(const Transformer& model) {
  const ModelDetails& details = model.details;
  if (details.attn_kv_heads != 0 && model.attn_heads % details.attn_kv_heads != 0) {
    return fmt::format("attn_kv_heads is {}, expected a divisor of attn_heads {} (rule KC4)",
                       details.attn_kv_heads, model.attn_heads);
  }
  if (std::string line = latent_contradiction(details); !line.empty()) {
    return line;
  }
  if (details.num_experts == 0) {
    return "";
  }
  if (details.top_k_experts < 1 || details.top_k_experts > details.num_experts) {
    return fmt::format("top_k_experts is {}, expected 1 to num_experts {} (rule KC6)",
                       details.top_k_experts, details.num_experts);
  }
  if (expert_blocks(model) == 0) {  // rule KC7
    return fmt::format(
        "num_experts is {}, but no block has experts: moe_first_dense_blocks is {} and "
        "moe_block_period {} of {} blocks (rule KC7)",
        details.num_experts, details.moe_first_dense_blocks, details.moe_block_period,
        model.num_blocks);
  }
  return "";
}

std::int64_t expert_blocks(const Transformer& transformer, std::int64_t blocks) {
  const ModelDetails& details = transformer.details;
  const std::int64_t behind = blocks - details.moe_first_dense_blocks;
  return details.num_experts > 0 && behind > 0 ? behind / details.moe_block_period : 0;
}

double Transformer::num_parameters() const {
  constexpr double kVocabulary = 51200;
  const auto h = static_cast<double>(hidden);
  const auto f = static_cast<double>(feedforward);
  const double attention = static_cast<double>(attn_heads) * static_cast<double>(attn_size);
  const double mlp = 2 * h * f + h + f;
  const double attention_block = 4 * h * attention + 3 * attention + h;
  const double layer_norms = 4 * h;
  return static_cast<double>(num_blocks) * (mlp + attention_block + layer_norms) +
         (kVocabulary + static_cast<double>(seq_size)) * h;
}

std::vector<std::string_view> unused_details(const Transformer& transformer) {
  const ModelDetails& details = transformer.details;
  const std::array<std::pair<std::string_view, bool>, 18> told = {{
      {"vocab_size", details.vocab_size != 0},
      {"embedding_norm", details.embedding_norm},
      {"final_norm", !details.final_norm},
      {"attn_kv_heads", transformer.kv_heads() != transformer.attn_heads},
      {"attn_kind", details.attn_kind != AttentionKind::kMha},
      {"qk_norm", details.qk_norm},
      {"attn_bias", details.attn_bias != AttentionBias::kAsLinear},
      {"attn_sinks", details.attn_sinks},
      {"attn_window", details.attn_window != 0},
      {"norm_kind", details.norm_kind != NormKind::kLayerNorm},
      {"norms_per_block", details.norms_per_block != 2},
      {"linear_bias", !details.linear_bias},
      {"mlp_gated", details.mlp_gated},
      {"mtp_blocks", details.mtp_blocks != 0},
      {"num_experts", details.num_experts != 0},
      {"moe_shared_feedforward", details.moe_shared_feedforward != 0},
      {"moe_router_bias", details.moe_router_bias},
      {"moe_shared_gate", details.moe_shared_gate},
  }};
  std::vector<std::string_view> names;
  for (const auto& [name, differs] : told) {
    if (differs) {
      names.push_back(name);
    }
  }
  return names;
}

Transformer to_transformer(const JsonReader& reader) {
  if (const ModelFormat* format = foreign_format(reader)) {
    const ImportedModel imported = format->import(reader, {});
    const std::string file = reader.place();
    return to_transformer(JsonReader(file, imported.model));
  }
  require_kind(reader, FileKind::kModel);
  require_model_keys(reader);
  Transformer transformer;
  for_each_field(kTransformerFields, [&](const auto& field) {
    transformer.*field.member = reader[field.name].integer(1);
  });
  for_each_field(kModelDetailFields, [&](const auto& field) {
    if (is_given(reader, field.name)) {
      read_detail(reader[field.name], transformer.details.*field.member, field.name);
    }
  });
  const ModelDetails& details = transformer.details;
  if (details.num_experts > 0 && is_given(reader, "moe_feedforward") &&
      details.moe_feedforward == 0) {
    reader["moe_feedforward"].reject("an integer from 1, since there are experts (rule KC6)");
  }
  if (const std::string line = contradiction(transformer); !line.empty()) {
    throw InputError(fmt::format("{}: {}", reader.place(), line));
  }
  return transformer;
}

Transformer parse_transformer(const std::string& file, const std::string& text) {
  const Json json = parse_json(file, text);
  return to_transformer(JsonReader(file, json));
}

Transformer read_transformer(const std::string& path) {
  return parse_transformer(path, read_text_file(path));
}

}  // namespace calculon
