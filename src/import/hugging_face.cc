#include "import/hugging_face.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "import/block_masks.h"

namespace calculon {
namespace {

using enum Quantity;

constexpr std::int64_t kMostBlocks = 100'000;
constexpr std::int64_t kUsualSequence = 4096;
constexpr std::string_view kTextConfig = "text_config";

std::string known_families() {
  std::vector<std::string_view> names;
  for (const Family& family : model_families()) {
    names.push_back(family.name);
  }
  return list_of_names(names);
}

[[noreturn]] void refuse_layer(const JsonReader& place, std::string_view value,
                               std::string_view layer) {
  place.complain(fmt::format("is {}, which has what is not modelled: {}", value, layer));
}

void refuse_unmodelled_keys(const JsonReader& config) {
  for (const UnmodelledKey& row : unmodelled_keys()) {
    if (!config.has(row.key)) {
      continue;
    }
    const Json& value = config[row.key].json();
    const bool tells_nothing =
        value.is_null() || value == false || value == 0 || (value.is_structured() && value.empty());
    if (!tells_nothing) {
      config.complain(fmt::format("has the key '{}', which tells of what is not modelled: {}",
                                  row.key, row.layer));
    }
  }
}

const Family& named_family(const JsonReader& place, const std::string& name) {
  if (const UnmodelledFamily* unmodelled = find_unmodelled(name)) {
    refuse_layer(place, name, unmodelled->layer);
  }
  const Family* family = find_family(name);
  if (family == nullptr) {
    place.reject(fmt::format("{}; --as NAME reads the file as one of them", known_families()));
  }
  return *family;
}

// The family that a configuration names itself.
const Family& family_of(const JsonReader& config) {
  if (config.has("model_type") && !config["model_type"].is_null()) {
    return named_family(config["model_type"], config["model_type"].string());
  }
  if (config.has("architectures") && config["architectures"].size() > 0) {
    const JsonReader first = config["architectures"][0];
    if (const Family* family = find_family_of_architecture(first.string())) {
      return *family;
    }
    first.complain(
        fmt::format("is \"{}\", which is of no known model_type: {}; --as NAME reads the file as "
                    "one of them",
                    first.string(), known_families()));
  }
  config.complain(
      fmt::format("has neither a model_type nor architectures; --as NAME reads it as one of {}",
                  known_families()));
}

const Family& chosen_family(const JsonReader& config, const std::string& name) {
  const Family* family = find_family(name);
  if (family == nullptr) {
    throw InputError(
        fmt::format("{}: --as is '{}', expected {}", config.place(), name, known_families()));
  }
  return *family;
}

// The object with the shapes, and whose they are.
struct Shapes {
  JsonReader config;
  const Family& family;
};

Shapes find_shapes(const JsonReader& file, const ModelChoices& choices) {
  const bool nested = file.has(kTextConfig) && !file[kTextConfig].is_null();
  const JsonReader config = nested ? file[kTextConfig] : file;
  if (!choices.family.empty()) {
    return {config, chosen_family(config, choices.family)};
  }
  const std::string outer =
      file.has("model_type") && file["model_type"].is_string() ? file["model_type"].string() : "";
  const Wrapper* wrapper = find_wrapper(outer);
  if (!nested && wrapper != nullptr) {
    if (const UnmodelledFamily* unmodelled = find_unmodelled(outer)) {
      refuse_layer(file["model_type"], outer, unmodelled->layer);
    }
    file.complain(fmt::format("lacks the key 'text_config', where {} has its shapes", outer));
  }
  const bool says_itself = config.has("model_type") && !config["model_type"].is_null();
  if (nested && !says_itself && wrapper != nullptr) {
    return {config, named_family(file["model_type"], std::string(wrapper->text_type))};
  }
  return {config, family_of(config)};
}

// What the file writes for the sequence length that a model gets without --seq.
std::int64_t sequence_length(FamilyConfig& config, const std::string& file,
                             const ModelChoices& choices, ImportedModel& model) {
  const std::int64_t positions = config.integer(kPositions);
  const std::string key = config.key_of(kPositions);
  if (choices.seq_size > 0) {
    if (config.flag(kLearnedPositions) && choices.seq_size > positions) {
      throw InputError(fmt::format("{}: --seq is {}, expected at most {} {}", file,
                                   choices.seq_size, key, positions));
    }
    return choices.seq_size;
  }
  const std::int64_t length = std::min(kUsualSequence, positions);
  model.notes.push_back(
      fmt::format("{}: seq_size is {}, the smaller of {} and {} {}; --seq N sets "
                  "another",
                  file, length, kUsualSequence, key, positions));
  return length;
}

void add_vocabulary(FamilyConfig& config, Json& model) {
  const std::int64_t hidden = config.integer(kHidden);
  if (config.integer(kEmbeddingWidth) != hidden) {
    config.reject(kEmbeddingWidth, fmt::format("{} {}: an embedding of another width is not "
                                               "modelled",
                                               config.key_of(kHidden), hidden));
  }
  model["vocab_size"] = config.integer(kVocabulary);
  model["tie_embeddings"] = config.flag(kTied);
  const bool learned = config.flag(kLearnedPositions);
  model["position_embedding"] = learned ? "learned" : config.flag(kAlibi) ? "none" : "rope";
  if (learned) {
    model["max_positions"] = config.integer(kPositions) + config.integer(kExtraPositions, 0);
  }
  if (config.flag(kEmbeddingNorm)) {
    model["embedding_norm"] = true;
  }
  if (!config.flag(kFinalNorm)) {
    model["final_norm"] = false;
  }
}

std::int64_t kv_heads(FamilyConfig& config) {
  const std::int64_t heads = config.integer(kHeads);
  if (!config.flag(kGroupedDecoder)) {
    return config.flag(kMultiQuery) ? 1 : heads;
  }
  const std::int64_t groups = config.integer(kKvHeads);
  if (groups > heads || heads % groups != 0) {
    config.reject(kKvHeads, fmt::format("a divisor of {} {}", config.key_of(kHeads), heads));
  }
  return groups;
}

void add_window(FamilyConfig& config, Json& model) {
  const std::int64_t window = config.flag(kUsesWindow) ? config.integer(kWindow, 0) : 0;
  if (window == 0) {
    check_block_kinds(config);
    return;
  }
  const BlockMask full = full_blocks(config);
  const auto blocks = static_cast<std::int64_t>(full.size());
  const auto count = static_cast<std::int64_t>(std::count(full.begin(), full.end(), true));
  const auto period = full_attention_period(count, blocks);
  if (!period) {
    config.config().complain(
        fmt::format("has {} of {} blocks with full attention, which no attn_window_period gives",
                    count, blocks));
  }
  model["attn_window"] = window;
  if (*period != 0) {
    model["attn_window_period"] = *period;
  }
}

void add_attention(FamilyConfig& config, Json& model) {
  if (config.flag(kLatent)) {
    model["attn_kind"] = "mla";
    model["mla_q_rank"] = config.integer(kQueryRank, 0);
    model["mla_kv_rank"] = config.integer(kKvRank);
    model["mla_nope_size"] = config.integer(kNopeSize);
    model["mla_rope_size"] = config.integer(kRopeSize, 0);
    model["mla_value_size"] = config.integer(kValueSize);
  } else {
    model["attn_kv_heads"] = kv_heads(config);
  }
  if (config.flag(kQkNorm)) {
    model["qk_norm"] = true;
  }
  if (config.flag(kSinks)) {
    model["attn_sinks"] = true;
  }
  add_window(config, model);
}

// `linear_bias` is that of the MLP; what differs in the attention is said beside it.
void add_biases(FamilyConfig& config, Json& model) {
  const bool mlp = config.flag(kMlpBias);
  const bool qkv = config.flag(kQkvBias);
  const bool all = qkv && config.flag(kOutputBias);
  model["linear_bias"] = mlp;
  if (mlp != all || mlp != qkv || (qkv && config.flag(kLatent))) {
    model["attn_bias"] = all ? "all" : qkv ? "qkv" : "none";
  }
}

std::int64_t norms_per_block(FamilyConfig& config) {
  if (!config.flag(kParallelBlock)) {
    return config.integer(kNorms);
  }
  constexpr std::int64_t kMost = 2;
  const std::int64_t given = config.integer(kParallelNorms, 1, kMost);
  return given != 0 ? given : config.flag(kGroupedDecoder) ? 2 : 1;
}

void add_blocks(FamilyConfig& config, Json& model) {
  model["norm_kind"] = config.flag(kLayerNorm) ? "layernorm" : "rmsnorm";
  if (const std::int64_t norms = norms_per_block(config); norms != 2) {
    model["norms_per_block"] = norms;
  }
  add_biases(config, model);
  model["mlp_gated"] = config.flag(kGated);
  if (const std::int64_t depths = config.integer(kPredictionBlocks, 0); depths != 0) {
    model["mtp_blocks"] = depths;
  }
}

std::int64_t shared_width(FamilyConfig& config) {
  const std::int64_t width = config.integer(kSharedWidth, 0);
  return width != 0 ? width : config.integer(kSharedExperts, 0) * config.integer(kExpertWidth);
}

void add_experts(FamilyConfig& config, Json& model) {
  const BlockMask mask = mixture_blocks(config);
  if (std::find(mask.begin(), mask.end(), true) == mask.end()) {
    return;
  }
  const std::int64_t experts = config.integer(kExperts);
  model["num_experts"] = experts;
  model["top_k_experts"] = config.integer(kTopExperts, 1, experts);
  model["moe_feedforward"] = config.integer(kExpertWidth);
  model["moe_shared_feedforward"] = shared_width(config);
  const auto pattern = mixture_pattern(mask);
  if (!pattern) {
    config.config().complain(
        "has experts in blocks that moe_first_dense_blocks and moe_block_period cannot tell");
  }
  model["moe_first_dense_blocks"] = pattern->first;
  model["moe_block_period"] = pattern->period;
  if (config.flag(kRouterBias)) {
    model["moe_router_bias"] = true;
  }
  if (config.flag(kSharedGate) && shared_width(config) > 0) {
    model["moe_shared_gate"] = true;
  }
}

void add_shape(FamilyConfig& config, std::int64_t seq_size, Json& model) {
  model["hidden"] = config.integer(kHidden);
  model["feedforward"] = config.integer(kFeedforward);
  model["seq_size"] = seq_size;
  model["attn_heads"] = config.integer(kHeads);
  model["attn_size"] =
      config.flag(kLatent) ? config.integer(kValueSize) : config.integer(kHeadSize);
  model["num_blocks"] = config.integer(kBlocks, 1, kMostBlocks);
}

// The parts of a model that reads more than texts.
void note_other_parts(const JsonReader& file, ImportedModel& model) {
  for (const std::string_view part : {"vision_config", "audio_config"}) {
    if (file.has(part) && !file[part].is_null()) {
      model.notes.push_back(
          fmt::format("{}: {} is left out, the model is that of texts alone", file.place(), part));
    }
  }
}

}  // namespace

bool is_hugging_face(const JsonReader& file) {
  constexpr std::array<std::string_view, 6> kMarks = {
      "model_type", "architectures", kTextConfig, "hidden_size", "num_hidden_layers", "n_embd"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view key) { return file.has(key); });
}

ImportedModel import_hugging_face(const JsonReader& file, const ModelChoices& choices) {
  const Shapes shapes = find_shapes(file, choices);
  refuse_unmodelled_keys(shapes.config);
  FamilyConfig config(shapes.family, shapes.config, file);
  ImportedModel model;
  add_shape(config, sequence_length(config, file.place(), choices, model), model.model);
  add_vocabulary(config, model.model);
  add_attention(config, model.model);
  add_blocks(config, model.model);
  add_experts(config, model.model);
  note_other_parts(file, model);
  model.keys = config.report();
  return model;
}

}  // namespace calculon
