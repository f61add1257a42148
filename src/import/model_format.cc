#include "import/model_format.h"

#include <algorithm>
#include <array>

#include "import/hugging_face.h"

namespace calculon {

std::span<const ModelFormat> model_formats() {
  static constexpr std::array kFormats = {
      ModelFormat{"Hugging Face config.json", is_hugging_face, import_hugging_face},
  };
  return kFormats;
}

const ModelFormat* foreign_format(const JsonReader& file) {
  if (!file.is_object() || file.has("hidden") || file.has("attn_heads")) {
    return nullptr;
  }
  const auto formats = model_formats();
  const auto format = std::find_if(formats.begin(), formats.end(),
                                   [&](const ModelFormat& each) { return each.recognises(file); });
  return format == formats.end() ? nullptr : &*format;
}

Json in_our_keys(const JsonReader& file) {
  const ModelFormat* format = foreign_format(file);
  return format == nullptr ? file.json() : format->import(file, {}).model;
}

}  // namespace calculon
