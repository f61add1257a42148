#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calculon::fuzz {

// The three texts of one evaluation.
struct Documents {
  std::string model;
  std::string execution;
  std::string system;
};

// A fuzzer's input: the first byte says which documents follow and which bundled case lends the
// others, the rest is their text. A seed or a finding is therefore an editable file.
//
//   byte % 4 = 0, 1, 2    the system, the model or the execution
//   byte % 4 = 3          model, execution and system, with a byte 0x1e between them
//   byte / 4              number of the bundled case, modulo how many there are
struct Input {
  std::uint8_t selector = 0;
  std::vector<std::string> texts;
};

Input split_input(std::string_view bytes);
std::string join_input(const Input& input);

// The documents that an input stands for, with what it does not have from its bundled case.
Documents documents_of(const Input& input);

// Puts the bundled case's document for each that its reader refuses.
void replace_refused(Input& input);

// Writes inputs to start from into `folder`: the bundled cases and the golden vectors.
void write_seeds(const std::string& folder);

}  // namespace calculon::fuzz
