#include "cli/input_notes.h"

#include "cli/message.h"
#include "model/input_notes.h"

namespace calculon {

void tell_model_notes(const Transformer& transformer, const BlockChoices& choices,
                      Console& console) {
  if (const auto keys = keys_left_out(transformer, choices); !keys.empty()) {
    note(console, left_out_text(keys, !choices.rules.ignores_model_details));
  }
}

void tell_system_notes(const System& system, Console& console) {
  for (const std::string& line : system_notes(system, system.name)) {
    note(console, line);
  }
}

}  // namespace calculon
