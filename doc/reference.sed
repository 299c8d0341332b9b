# The headers' plain comments, as doxygen wants them: in front of a symbol, or behind a member.
s|^\( *\)/\*$|\1/**|
s|^\( *\)/\*\([^*]\)|\1/**\2|
s|^\( .*[;,]\) */\* |\1 /**< |
