#pragma once

#include <string>

#include "workload/model_file.h"

namespace calculon::test {

// A configuration of `model_type` with further keys, JSON texts: config("llama", R"("a": 1)").
inline std::string config(const std::string& model_type, const std::string& keys = "") {
  return R"({"model_type": ")" + model_type + '"' + (keys.empty() ? "" : ", " + keys) + "}";
}

inline ModelFile model_file(const std::string& text, const ModelChoices& choices = {}) {
  return parse_model_file("config.json", text, choices);
}

}  // namespace calculon::test
