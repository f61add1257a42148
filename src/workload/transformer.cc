#include "calculon/workload/transformer.h"

#include "calculon/base/files.h"
#include "workload/transformer_json.h"

namespace calculon {

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

Transformer to_transformer(const JsonReader& reader) {
  Transformer transformer;
  for_each_field(kTransformerFields, [&](const auto& field) {
    transformer.*field.member = reader[field.name].integer(1);
  });
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
