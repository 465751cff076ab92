"""Pictures drawn on the server: plain values in, a safe SVG string out. No models, no queries, no chance.

Every picture has a title and a description, every thread that has an address can be focused and says where it
goes, every text is escaped, and the same input gives the same string. The page shows the same facts as a table.

Import from the module of each picture: ``from coproduce.ui.pictures.cloth import Cloth, cloth``.
"""
