"""Sources that drop files into a folder: CSV and XLSX."""
